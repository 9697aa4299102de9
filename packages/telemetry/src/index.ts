export { Counter, Gauge, Histogram } from 'prom-client';
export type { Registry } from './create-registry.ts';
export { LOG_CONTEXT, logContext, type LogFields } from './log-context.ts';
export { measurePool } from './measure-pool.ts';
export { MetricsPortError } from './serve-metrics.ts';
export { startTelemetry, type Telemetry, type TelemetryEnv } from './start-telemetry.ts';
export { metricsPort, readTelemetryEnv, TELEMETRY_ENV } from './telemetry-env.ts';
