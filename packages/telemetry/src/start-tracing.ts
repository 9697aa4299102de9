import { context, propagation, trace } from '@opentelemetry/api';

export interface TracingOptions {
  /** Address of the collector, such as `http://localhost:4318`; the OTLP path is added. */
  endpoint: string;
  /** 0 to 1: share of the traces started here that are recorded. */
  ratio: number;
  /** Such as `mantis-api`. */
  serviceName: string;
}

export interface Tracing {
  /** Sends the remaining spans. Resolves even if no collector accepts them. */
  close(): Promise<void>;
}

/** How long the end of a process waits for the collector, in milliseconds. */
const LAST_EXPORT_MS = 2_000;
/** Interval between exports, in milliseconds. */
const EXPORT_MS = 1_000;

/** Sends spans by OTLP over HTTP. Its modules are loaded here, so that other processes do not load them. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, contexts, core] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
    ]);
  const url = `${options.endpoint.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: 5_000 });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    sampler: new sdk.ParentBasedSampler({
      root: new sdk.TraceIdRatioBasedSampler(options.ratio),
    }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: EXPORT_MS })],
  });
  context.setGlobalContextManager(new contexts.AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    async close() {
      await provider.forceFlush({ timeoutMillis: LAST_EXPORT_MS }).catch(() => undefined);
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, LAST_EXPORT_MS).unref()),
      ]);
    },
  };
}
