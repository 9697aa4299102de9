import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createApiClient, type ApiClient } from '../../e2e/world/api-client.ts';
import type { World } from '../../e2e/world/open-world.ts';

export interface ObservedApi {
  url: string;
  metricsUrl: string;
  app: ApiClient;
  /** What it logged so far, a line each. */
  logged(): Record<string, unknown>[];
}

const main = join(import.meta.dirname, '../../../apps/api/src/main.ts');

/** One more API on the world's database, in a process of its own that is watched. */
export async function startApiProcess(
  world: Pick<World, 'secretKeys' | 'api'> & { db: { url: string } },
  env: Record<string, string>,
): Promise<ObservedApi> {
  const child = fork(main, {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: world.db.url,
      MANTIS_SECRET_KEYS: world.secretKeys,
      MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
      PORT: String(await freePort()),
      LOG_LEVEL: 'debug',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const log: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [ready] = (await once(child, 'message')) as [{ url: string; metricsUrl: string }];
  return {
    ...ready,
    app: createApiClient(ready.url, world.api.appHeaders),
    logged: () => parseLines(log.join('')),
  };
}

/** Lines of a log of ours, as far as they are whole. */
export function parseLines(text: string): Record<string, unknown>[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
