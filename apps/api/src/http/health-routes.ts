import type { FastifyInstance } from 'fastify';
import { createHealth, type HealthDeps } from './read-health.ts';

/**
 * `/healthz`: the process responds. `/readyz`: it can serve, which needs the database with this version's
 * migrations; other missing parts are named with status 200.
 */
export function healthRoutes(deps: HealthDeps) {
  const readHealth = createHealth(deps);
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.get('/healthz', () => ({ status: 'ok' }));
    app.get('/readyz', async (_request, reply) => {
      const health = await readHealth();
      reply.code(health.status === 'not ready' ? 503 : 200);
      return health;
    });
    done();
  };
}
