import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApiClient, type ApiClient } from '../../e2e/world/api-client.ts';
import type { World } from '../../e2e/world/open-world.ts';

export interface ApiProcess {
  app: ApiClient;
  port: number;
  /** SIGKILL. */
  kill(): Promise<void>;
  ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/**
 * One more API on the world's database, in a process of its own.
 *
 * @param failpoint where it brings itself down
 */
export async function startApiProcess(
  world: World,
  failpoint: string | null,
  givenPort?: number,
): Promise<ApiProcess> {
  const port = givenPort ?? (await freePort());
  const child = fork(join(import.meta.dirname, '../../../apps/api/src/main.ts'), {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      ...(failpoint !== null && { MANTIS_FAILPOINT: failpoint }),
      DATABASE_URL: world.db.url,
      MANTIS_SECRET_KEYS: world.secretKeys,
      MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child, 'message');
  return {
    ended,
    port,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    app: createApiClient(`http://127.0.0.1:${port}`, world.api.appHeaders),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
