import type { Logger } from 'pino';
import { createRegistry, type Registry } from './create-registry.ts';
import { type MetricsServer, serveMetrics } from './serve-metrics.ts';
import { startTracing, type Tracing } from './start-tracing.ts';

/** What the environment says of watching a process. */
export interface TelemetryEnv {
  /** Null where no metrics are served. */
  metrics: { host: string; port: number } | null;
  /** Null where nothing is traced. */
  tracing: { endpoint: string; ratio: number } | null;
}

/** What watches a process. */
export interface Telemetry {
  /** Null where no metrics are served: then nothing is to be counted either. */
  registry: Registry | null;
  isTracing: boolean;
  /** Begins to serve what was registered. @throws MetricsPortError */
  serve(log: Logger): Promise<MetricsServer | null>;
  /** Stops serving, and sends the spans that are left. */
  close(): Promise<void>;
}

/** To be called before anything else starts, for spans are told from then on. */
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
