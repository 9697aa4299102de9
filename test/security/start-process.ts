import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program of ours in a process of its own, and all that it prints. */
export interface PrintingProcess {
  /** What it said when it was ready. */
  ready: unknown;
  /** Standard output and error so far. */
  printed(): string;
  /** SIGTERM, or with `kill` SIGKILL. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** @throws Error with what it printed, where it ends before it is ready */
export async function startProcess(
  app: 'api' | 'worker',
  env: Record<string, string>,
): Promise<PrintingProcess> {
  const main = join(import.meta.dirname, `../../apps/${app}/src/main.ts`);
  const child = fork(main, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const ended = once(child, 'close');
  const first = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (first === null) throw new Error(`The ${app} could not start: ${chunks.join('')}`);
  return {
    ready: first[0],
    printed: () => chunks.join(''),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}
