import type { Command } from 'commander';
import { NotFoundError } from '../mantis-sync-error.ts';
import type { MantisSync } from '../create-mantis-sync.ts';
import type { Console } from './console.ts';

/** Everything a command uses. */
export interface CommandContext {
  /** Connects when it is first used, so that help needs no key. */
  sync: MantisSync;
  console: Console;
  stdout: NodeJS.WriteStream;
  /** Ctrl-C. */
  signal: AbortSignal;
  /** The address of a page of the dashboard, such as `/runs`. */
  linkTo(path: string): string;
}

/** Turns the work of a command, which returns the exit code, into an action of commander. */
export type Act = <Args extends unknown[]>(
  work: (context: CommandContext, ...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, act: Act) => void;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The run with this id, or the newest run of the store with this name.
 *
 * @throws NotFoundError if there is no such store, or it has no run
 */
export async function findRunId(
  { sync, signal }: Pick<CommandContext, 'sync' | 'signal'>,
  runOrStore: string,
): Promise<string> {
  if (UUID.test(runOrStore)) return runOrStore;
  const { lastRun } = await sync.findStore(runOrStore, { signal });
  if (lastRun) return lastRun.runId;
  throw new NotFoundError({
    code: 'run_not_found',
    message: 'The store has no run yet',
    advice: 'Start one with: mantis-sync start.',
  });
}
