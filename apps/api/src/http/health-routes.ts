import { schemaVersionState, type Database } from '@mantis-sync/db';
import type { FastifyInstance } from 'fastify';
import type { LiveRuns } from '../live/live-runs.ts';

export interface HealthDeps {
  database: Database;
  live: LiveRuns;
}

/**
 * `/healthz`: the process answers. `/readyz`: it can serve, which needs the database with the
 * migrations of this version; without the listener it serves too, only slower to show what moves.
 */
export function healthRoutes({ database, live }: HealthDeps) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.get('/healthz', () => ({ status: 'ok' }));
    app.get('/readyz', async (_request, reply) => {
      const migrations = await schemaVersionState(database.url).catch(() => 'unknown');
      const isReady = migrations === 'current';
      reply.code(isReady ? 200 : 503);
      return {
        status: isReady ? 'ready' : 'not ready',
        database: migrations === 'unknown' ? 'unavailable' : 'ok',
        migrations,
        listener: live.state,
      };
    });
    done();
  };
}
