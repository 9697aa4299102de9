import { startProcess } from './start-process.ts';
import { until } from './until.ts';

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** As it stands in sync_worker and in the leases that it takes. */
  readonly id: string;
  /** Exit code and signal, once it has ended however that came. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  isRunning(): boolean;
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
  /** Maximum number of concurrent jobs. */
  concurrency?: number | undefined;
  /** A place where it brings itself down, as `armFailpoint` reads it. It may be dead when it is returned. */
  failpoint?: string | undefined;
  /** The folder of another version of the product, to run that one's worker. */
  root?: string | undefined;
  /** A module that it loads before everything else. */
  preload?: string | undefined;
  env?: Record<string, string> | undefined;
}

/** Starts a worker and waits until it says that it is ready. */
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
