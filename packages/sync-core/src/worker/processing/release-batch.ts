import { countOf } from '../../domain/count-words.ts';
import { codeOf, DatabaseUnavailableError, type Sql } from '@mantis-sync/db';
import { decideRetry } from '../../domain/retry-policy.ts';
import { changeRunIfPresent, type RunChange } from '../../runs/change-run.ts';
import type { ActivityEntry } from '../../sql/activity.ts';
import {
  findLeasedLines,
  type LeasedLine,
  type LineResult,
  completeLines,
} from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { extendRequestBudget } from '../../sql/runs.ts';
import type { RunJob, WorkDeps } from '../job.ts';

const AFTER_OUTAGE_MS = 1_000;

/** PostgreSQL cancelled a statement, or the wait for a lock. */
const TIMEOUTS = new Set(['57014', '55P03']);
const DATABASE_TIMEOUT = {
  code: 'database_timeout',
  message: 'The database took too long to store this customer. Check locks and load, then retry.',
};
const INTERNAL_ERROR = {
  code: 'internal_error',
  message: 'An internal error occurred; see the worker’s log.',
};

/**
 * Releases what is leased under a token after an internal error. A database outage costs no attempt. Nor does
 * an error that failed several lines: one of them is the cause, so each is claimed alone, as before its last
 * timeout. Anything else costs an attempt, so that it ends in failed lines and not in a loop.
 */
export async function releaseBatch(
  deps: WorkDeps,
  job: RunJob,
  token: string,
  error: unknown,
): Promise<void> {
  const release = async (sql: Sql, run: RunRow): Promise<RunChange<undefined>> => {
    const lines = await findLeasedLines(sql, run.id, token);
    if (lines.length === 0) return { result: undefined, notify: false };
    const results = lines.map((line) => decide(run, lines, line, error));
    await completeLines(sql, run.id, token, results);
    // A second attempt asks the store again; the request budget does not include this yet.
    const retries = results.filter(({ state }) => state === 'draft').length;
    if (retries > 0) await extendRequestBudget(sql, run.id, 2 * retries);
    return {
      result: undefined,
      activity: describe(lines, results, error),
      enqueue: 'when-due',
    };
  };
  await deps.database.withOrg(job.orgId, (sql) =>
    changeRunIfPresent(sql, job.runId, (run) => release(sql, run)),
  );
}

function decide(
  run: RunRow,
  lines: readonly LeasedLine[],
  { position, attempts }: LeasedLine,
  error: unknown,
): LineResult {
  if (error instanceof DatabaseUnavailableError)
    return { position, state: 'released', delayMs: AFTER_OUTAGE_MS };
  const result = decideRetry(attempts, true, run.settings);
  // One locked row blocks its whole batch: the others must not fail with it.
  if (lines.length > 1 && (!isTimeout(error) || result.state === 'failed'))
    return { position, state: 'released', delayMs: 0, isolated: true };
  return { position, ...(isTimeout(error) ? DATABASE_TIMEOUT : INTERNAL_ERROR), ...result };
}

function isTimeout(error: unknown): boolean {
  return TIMEOUTS.has(codeOf(error) ?? '');
}

function describe(
  lines: readonly LeasedLine[],
  results: readonly LineResult[],
  error: unknown,
): ActivityEntry[] {
  const failed = results.flatMap((result, index): ActivityEntry[] => {
    if (result.state !== 'failed') return [];
    const { position, wooCustomerId, attempts } = lines[index] as LeasedLine;
    const name = wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`;
    return [
      {
        event: 'line.failed',
        level: 'error',
        message: `${name} failed after ${countOf(attempts, 'attempt')}: ${result.message}`,
        data: { position, wooCustomerId, attempts, code: result.code },
      },
    ];
  });
  const back = results.length - failed.length;
  if (back === 0) return failed;
  const { code, reason } = reasonOf(error);
  return [
    {
      event: 'batch.handed_back',
      level: 'warning',
      message: `${reason} ${countOf(back, 'customer')} ${back === 1 ? 'is' : 'are'} retried.`,
      data: { code, lines: back },
    },
    ...failed,
  ];
}

function reasonOf(error: unknown): { code: string; reason: string } {
  if (error instanceof DatabaseUnavailableError)
    return { code: 'database_unavailable', reason: 'The database was unavailable.' };
  if (isTimeout(error))
    return { code: DATABASE_TIMEOUT.code, reason: 'The database took too long to store a batch.' };
  return { code: INTERNAL_ERROR.code, reason: INTERNAL_ERROR.message };
}
