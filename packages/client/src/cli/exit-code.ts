import {
  MantisSyncError,
  OverrideRequiredError,
  UnauthorizedError,
  UnreachableError,
} from '../mantis-sync-error.ts';
import { isOver, type Run } from '../run.ts';
import { isAbort } from '../to-mantis-error.ts';
import { ActionRequiredError } from '../wait-until-done.ts';
import { UsageError } from './usage-error.ts';

/** For scripts; docs/client.md lists them too. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** The run ended partial or failed. */
  incomplete: 3,
  /** Manual action is required: fix something, or check and override. */
  person: 4,
  /** No response, an interrupted download, or a rejected key. */
  noAccess: 5,
  interrupted: 130,
} as const;

/** Error codes that require a decision. */
const FOR_PERSONS = new Set(['store_paused', 'override_required']);

export function exitCodeOfRun(run: Run): number {
  if (run.isActionRequired) return EXIT.person;
  return isOver(run) && run.state !== 'done' ? EXIT.incomplete : EXIT.ok;
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof OverrideRequiredError || error instanceof ActionRequiredError)
    return EXIT.person;
  if (error instanceof UnauthorizedError || error instanceof UnreachableError) return EXIT.noAccess;
  if (error instanceof MantisSyncError && FOR_PERSONS.has(error.code)) return EXIT.person;
  return isAbort(error) ? EXIT.interrupted : EXIT.failed;
}
