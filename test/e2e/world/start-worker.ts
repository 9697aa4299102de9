import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './until.ts';

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** As it stands in sync_worker and in the leases that it takes. */
  readonly id: string;
  /** Exit code and signal, once it has ended however that came. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** What it logged so far. */
  logged(): string;
  /** Waits for a line of its log that holds this text. */
  untilLogged(text: string): Promise<string>;
  /** Sends SIGTERM. Gives exit code and signal. */
  stop(): Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  /** SIGKILL: no last words. */
  kill(): Promise<void>;
  /** SIGSTOP: alive, but it does nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface WorkerProcessOptions {
  databaseUrl: string;
  secretKeys: string;
  /** Where stores reach the API; without it stores get no webhooks. */
  webhookUrl?: string | undefined;
  /** Jobs at once. */
  concurrency?: number | undefined;
  /** A place where it brings itself down, as `armFailpoint` reads it. It may be dead when it is returned. */
  failpoint?: string | undefined;
  /** The folder of another version of the product, to run that one's worker. */
  root?: string | undefined;
  /** A module that it loads before everything else. */
  preload?: string | undefined;
  env?: Record<string, string> | undefined;
}

const ourRoot = join(import.meta.dirname, '../../..');

/** Starts a worker and waits until it says that it is ready. */
export async function startWorker(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const child = fork(join(options.root ?? ourRoot, 'apps/worker/src/main.ts'), {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: options.databaseUrl,
      MANTIS_SECRET_KEYS: options.secretKeys,
      MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
      ...(options.webhookUrl && { MANTIS_WEBHOOK_URL: options.webhookUrl }),
      WORKER_CONCURRENCY: String(options.concurrency ?? 4),
      LOG_LEVEL: 'info',
      ...(options.failpoint && { NODE_ENV: 'test', MANTIS_FAILPOINT: options.failpoint }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: options.preload ? ['--import', options.preload] : [],
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const log: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => log.push(text));

  const isReady = await Promise.race([once(child, 'message'), ended.then(() => false)]);
  if (isReady === false && !options.failpoint)
    throw new Error(`The worker could not start: ${log.join('')}`);
  const untilLogged = (text: string) =>
    until(`a worker that logs “${text}”`, () =>
      log
        .join('')
        .split('\n')
        .slice(0, -1)
        .find((line) => line.includes(text)),
    );
  const { worker: id } =
    isReady === false
      ? { worker: '' }
      : (JSON.parse(await untilLogged('worker ready')) as { worker: string });

  return {
    id,
    ended,
    signal: (signal) => void child.kill(signal),
    logged: () => log.join(''),
    untilLogged,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}
