import type { Logger } from 'pino';
import { createRegistry, type Registry } from './create-registry.ts';
import { type MetricsServer, serveMetrics } from './serve-metrics.ts';
import { startTracing, type Tracing } from './start-tracing.ts';

/** Telemetry settings from the environment. */
export interface TelemetryEnv {
  /** Null if no metrics are served. */
  metrics: { host: string; port: number } | null;
  /** Null if tracing is disabled. */
  tracing: { endpoint: string; ratio: number } | null;
}

/** The telemetry of a process. */
export interface Telemetry {
  /** Null if no metrics are served: then nothing needs to be counted. */
  registry: Registry | null;
  isTracing: boolean;
  /** Starts to serve the registered metrics. @throws MetricsPortError */
  serve(log: Logger): Promise<MetricsServer | null>;
  /** Stops serving and sends the remaining spans. */
  close(): Promise<void>;
}

/** Must be called before anything else starts, since spans are recorded from then on. */
export async function startTelemetry(
  serviceName: string,
  { metrics, tracing }: TelemetryEnv,
): Promise<Telemetry> {
  const registry = metrics && createRegistry();
  const traces: Tracing | null = tracing && (await startTracing({ ...tracing, serviceName }));
  let server: MetricsServer | null = null;
  return {
    registry,
    isTracing: traces !== null,
    async serve(log) {
      if (!registry || !metrics) return null;
      server = await serveMetrics(registry, metrics);
      log.info({ url: server.url }, 'metrics');
      return server;
    },
    async close() {
      await Promise.all([server?.close(), traces?.close()]);
    },
  };
}
