import { startProcess } from './start-process.ts';
import { until } from './until.ts';

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** Its id in sync_worker and in its leases. */
  readonly id: string;
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  isRunning(): boolean;
  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Its log so far. */
  logged(): string;
  /** Waits for a log line that contains this text. */
  untilLogged(text: string): Promise<string>;
  /** Sends SIGTERM. Returns exit code and signal. */
  stop(): Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  /** Sends SIGKILL. */
  kill(): Promise<void>;
  /** Sends SIGSTOP: it does nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface WorkerProcessOptions {
  databaseUrl: string;
  secretKeys: string;
  /** Address at which stores reach the API; without it there are no webhooks. */
  webhookUrl?: string | undefined;
  /** Maximum number of concurrent jobs. */
  concurrency?: number | undefined;
  /** A failpoint, as `armFailpoint` parses it. The worker may have crashed when it is returned. */
  failpoint?: string | undefined;
  /** The folder of another version of the product, to run its worker. */
  root?: string | undefined;
  /** A module that it loads first. */
  preload?: string | undefined;
  env?: Record<string, string> | undefined;
}

/** Starts a worker and waits until it is ready. */
export async function startWorker(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const { ready, ended, isRunning, printed, signal, stop } = await startProcess('worker', {
    root: options.root,
    env: {
      DATABASE_URL: options.databaseUrl,
      MANTIS_SECRET_KEYS: options.secretKeys,
      MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
      MANTIS_WEBHOOK_URL: options.webhookUrl,
      WORKER_CONCURRENCY: String(options.concurrency ?? 4),
      LOG_LEVEL: 'info',
      ...(options.failpoint && { NODE_ENV: 'test', MANTIS_FAILPOINT: options.failpoint }),
      ...options.env,
    },
    execArgv: options.preload ? ['--import', options.preload] : [],
    mayEnd: options.failpoint !== undefined,
  });
  const untilLogged = (text: string) =>
    until(`a worker that logs “${text}”`, () =>
      printed()
        .split('\n')
        .slice(0, -1)
        .find((line) => line.includes(text)),
    );
  const { worker: id } =
    ready === null
      ? { worker: '' }
      : (JSON.parse(await untilLogged('worker ready')) as { worker: string });

  return {
    id,
    ended,
    isRunning,
    signal,
    logged: printed,
    untilLogged,
    stop,
    async kill() {
      await stop('SIGKILL');
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}
