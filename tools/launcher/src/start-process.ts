import { type ChildProcess, fork } from 'node:child_process';
import { StartError } from './options.ts';

export interface StartedProcess {
  readonly name: string;
  /** Settles when the process ends by itself. */
  readonly ended: Promise<number | null>;
  /** What the process said when it was ready. */
  readonly ready: unknown;
  stop(): Promise<void>;
}

/** A process that has not stopped by then is killed. */
const STOP_MS = 4_000;

/**
 * Starts a program of ours as a process of its own, and waits until it is ready. It ends with us: it
 * stops when the channel between us closes.
 *
 * @throws StartError if it ends before; it has then said why itself
 */
export async function startProcess(
  name: string,
  program: string,
  env: Record<string, string | undefined>,
  stdout: 'inherit' | 'ignore' = 'inherit',
): Promise<StartedProcess> {
  const child = fork(program, {
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    // Its own process group: Ctrl-C reaches us alone, and we stop the parts in their order.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const ready = await Promise.race([firstMessage(child), ended.then(() => null)]);
  if (ready === null)
    throw new StartError(child.exitCode === null ? `The ${name} was killed.` : '');
  return { name, ended, ready, stop: () => stopChild(child, ended) };
}

function firstMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('message', resolve);
  });
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}
