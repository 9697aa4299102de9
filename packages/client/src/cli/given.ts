import { NotFoundError } from '../mantis-sync-error.ts';
import type { CommandContext, Given } from './command.ts';
import { UsageError } from './usage-error.ts';

export const KINDS = ['full', 'delta', 'reconcile'] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The one operand of a command; that it is there was looked at. */
export function operandOf({ operands }: Given): string {
  return operands[0] ?? '';
}

/**
 * The run that is named by its id, or the newest one of the store of that name.
 *
 * @throws NotFoundError where there is no such store, or no run of it
 */
export async function findRunId(
  { sync, signal }: Pick<CommandContext, 'sync' | 'signal'>,
  given: Given,
): Promise<string> {
  const name = operandOf(given);
  if (UUID.test(name)) return name;
  const { lastRun } = await sync.findStore(name, { signal });
  if (lastRun) return lastRun.runId;
  throw new NotFoundError({
    code: 'run_not_found',
    message: 'The store has no run yet',
    advice: 'Begin one with: mantis-sync start.',
  });
}

export function kindOf(given: Given): { kind?: (typeof KINDS)[number] } {
  const kind = choiceOf(given, 'kind', KINDS);
  return kind === undefined ? {} : { kind };
}

/** A flag that takes one of a few words. @throws UsageError for any other */
export function choiceOf<Choice extends string>(
  { values }: Given,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  if (values[name] === undefined) return undefined;
  const choice = choices.find((one) => one === values[name]);
  if (choice === undefined) throw new UsageError(`--${name} is one of ${choices.join(', ')}.`);
  return choice;
}

export function idempotencyKeyOf(given: Given): { idempotencyKey?: string } {
  const idempotencyKey = textOf(given, 'idempotency-key');
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}

export function textOf({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
