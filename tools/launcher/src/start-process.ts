import { type ChildProcess, fork } from 'node:child_process';
import { StartError } from './options.ts';

export interface StartedProcess {
  readonly name: string;
  /** Resolves when the process ends by itself. */
  readonly ended: Promise<number | null>;
  /** The message that the process sent when it was ready. */
  readonly ready: unknown;
  stop(): Promise<void>;
}

/** Garbage of read pages is collected early: half the memory of a worker, for no more CPU time. */
export const NODE_OPTIONS = ['--max-semi-space-size=4', '--max-old-space-size=1000'];

/** A process that has not stopped after this time is killed. */
const STOP_MS = 4_000;

/**
 * Starts one of our programs as a process and waits until it is ready. It stops when the IPC channel to this
 * process closes, so it never outlives us.
 *
 * @throws StartError if it ends before that; with an empty message if it has printed the reason itself
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
    // Its own process group: Ctrl-C reaches only us, and we stop the parts in order.
    detached: true,
    execArgv: NODE_OPTIONS,
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
