import type { DeliveryResult } from '@mantis-sync/sync-core';
import { Counter, Gauge, Histogram, type Registry } from '@mantis-sync/telemetry';
import type { LiveRuns } from '../live/live-runs.ts';

/** Metrics of the HTTP side. */
export interface ApiMetrics {
  /** @param route the route pattern, never the requested address */
  requestDone(request: { route: string; method: string; status: number; seconds: number }): void;
  /** @param code `OK`, or the error code */
  procedureDone(call: { procedure: string; code: string; seconds: number }): void;
  deliveryReceived(result: DeliveryResult | 'too_large'): void;
}

export const silentApiMetrics: ApiMetrics = {
  requestDone() {},
  procedureDone() {},
  deliveryReceived() {},
};

const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createApiMetrics(registry: Registry, live: LiveRuns): ApiMetrics {
  const registers = [registry];
  const requests = new Histogram({
    name: 'mantis_http_request_duration_seconds',
    help: 'Requests by route, method and status; without streams',
    labelNames: ['route', 'method', 'status'],
    buckets,
    registers,
  });
  const procedures = new Histogram({
    name: 'mantis_procedure_duration_seconds',
    help: 'Procedure calls by name and result (OK, or the error code)',
    labelNames: ['procedure', 'code'],
    buckets,
    registers,
  });
  const deliveries = new Counter({
    name: 'mantis_webhook_deliveries_total',
    help: 'Webhook deliveries by result',
    labelNames: ['result'],
    registers,
  });
  measureLive(registry, live);
  return {
    requestDone: ({ route, method, status, seconds }) =>
      requests.observe({ route, method, status }, seconds),
    procedureDone: ({ procedure, code, seconds }) =>
      procedures.observe({ procedure, code }, seconds),
    deliveryReceived: (result) => deliveries.inc({ result }),
  };
}

function measureLive(registry: Registry, live: LiveRuns): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('mantis_live_streams', 'Open streams of live progress', () => live.streams);
  gauge('mantis_listener_up', 'Whether this process receives notifications of progress', () =>
    live.state === 'listening' ? 1 : 0,
  );
  const reconnects = new Counter({
    name: 'mantis_listener_reconnects_total',
    help: 'Reconnects of the listening connection',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(Math.max(0, live.connects - 1));
    },
  });
  reconnects.inc(0);
}
