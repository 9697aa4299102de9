import { z } from 'zod';
import type { TelemetryEnv } from './start-telemetry.ts';

/** Telemetry variables of every process. */
export const TELEMETRY_ENV = {
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Address for metrics; the local machine only, by default. */
  MANTIS_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Collector for spans, by OTLP over HTTP; without it tracing is disabled. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** 0 to 1: share of the traces started here that are recorded. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
};

/** A port for metrics; 0 chooses a free one. */
export const metricsPort = z.coerce.number().int().min(0).max(65_535).optional();

/** The parsed settings. */
export function readTelemetryEnv(
  env: {
    MANTIS_METRICS_HOST: string;
    OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
    OTEL_TRACES_SAMPLER_ARG: number;
  },
  port: number | undefined,
): TelemetryEnv {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return {
    metrics: port === undefined ? null : { host: env.MANTIS_METRICS_HOST, port },
    tracing: endpoint === undefined ? null : { endpoint, ratio: env.OTEL_TRACES_SAMPLER_ARG },
  };
}
