import type { FastifyInstance } from 'fastify';
import type { ApiMetrics } from './api-metrics.ts';

/** Times every answer under its route as it was registered; a stream, which ends when its reader leaves, not. */
export function observeRequests(app: FastifyInstance, metrics: ApiMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const type = reply.getHeader('content-type');
    if (!String(type).startsWith('text/event-stream')) {
      metrics.requestDone({
        route: request.routeOptions.url ?? 'none',
        method: request.method,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      });
    }
    done();
  });
}
