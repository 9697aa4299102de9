import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** One of our programs in a process of its own, with its output. */
export interface RunningProcess {
  /** The message it sent when ready; null if it ended before. */
  readonly ready: unknown;
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  isRunning(): boolean;
  /** Standard output and error so far. */
  printed(): string;
  /** Closes the channel to it, as if its parent died. */
  disconnect(): void;
  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal, SIGTERM by default, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

export interface ProcessOptions {
  env: Record<string, string | undefined>;
  /** The folder of another version of the product, to run its program. */
  root?: string | undefined;
  execArgv?: string[];
  /** It may end before it is ready, as at a failpoint. */
  mayEnd?: boolean;
}

/** The inherited environment: where programs are, and Node's compile cache. */
export const INHERITED = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};

const ourRoot = join(import.meta.dirname, '../..');

/**
 * Starts the API or a worker without our environment except the path, and waits until it is ready.
 *
 * @throws Error with its output if it ends before
 */
export async function startProcess(
  app: 'api' | 'worker',
  { env, root = ourRoot, execArgv = [], mayEnd = false }: ProcessOptions,
): Promise<RunningProcess> {
  const child = fork(join(root, `apps/${app}/src/main.ts`), {
    env: { ...INHERITED, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv,
  });
  const chunks: string[] = [];
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of outputs)
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const ended = Promise.all([
    once(child, 'exit'),
    ...outputs.map((stream) => finished(stream)),
  ]).then(([exit]) => exit as Awaited<RunningProcess['ended']>);
  const [ready] = await Promise.race([once(child, 'message'), ended.then(() => [null])]);
  if (ready === null && !mayEnd) throw new Error(`The ${app} could not start: ${chunks.join('')}`);
  return {
    ready,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    printed: () => chunks.join(''),
    disconnect: () => child.disconnect(),
    signal: (signal) => void child.kill(signal),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Complete lines of a log. */
export function parseLines(text: string): Record<string, unknown>[] {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
