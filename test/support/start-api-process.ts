import { onTestFinished } from 'vitest';
import { createApiClient, type ApiClient } from './api-client.ts';
import { freePort } from './free-port.ts';
import type { World } from './open-world.ts';
import { parseLines, type RunningProcess, startProcess } from './start-process.ts';

export interface ApiProcess {
  app: ApiClient;
  url: string;
  port: number;
  metricsUrl: string;
  /** Its log so far, by line. */
  logged(): Record<string, unknown>[];
  /** SIGKILL. */
  kill(): Promise<unknown>;
  ended: RunningProcess['ended'];
}

export interface ApiProcessOptions {
  /** The failpoint at which it crashes. */
  failpoint?: string;
  port?: number;
  env?: Record<string, string>;
}

/** One more API on the world's database, in a process of its own, until the end of the test. */
export async function startApiProcess(
  world: Pick<World, 'secretKeys' | 'api'> & { db: { url: string } },
  { failpoint, port: givenPort, env }: ApiProcessOptions = {},
): Promise<ApiProcess> {
  const port = givenPort ?? (await freePort());
  const { ready, ended, printed, stop } = await startProcess('api', {
    env: {
      ...(failpoint && { NODE_ENV: 'test', MANTIS_FAILPOINT: failpoint }),
      DATABASE_URL: world.db.url,
      MANTIS_SECRET_KEYS: world.secretKeys,
      MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
      PORT: String(port),
      MANTIS_METRICS_PORT: '0',
      LOG_LEVEL: 'debug',
      ...env,
    },
  });
  onTestFinished(async () => {
    await stop('SIGKILL');
  });
  const { url, metricsUrl } = ready as { url: string; metricsUrl: string };
  return {
    app: createApiClient(url, world.api.appHeaders),
    url,
    port,
    metricsUrl,
    logged: () => parseLines(printed()),
    kill: () => stop('SIGKILL'),
    ended,
  };
}
