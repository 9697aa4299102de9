import { codeOf, DatabaseUnavailableError } from '@mantis-sync/db';
import { judgeFailedAttempt } from '../../domain/retry-policy.ts';
import { recordEnd } from '../../runs/record-end.ts';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import { hint, ringWhenDue } from '../../sql/jobs.ts';
import { findHeldLines, type HeldLine, type LineVerdict, settleLines } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { grantRequests, lockRun } from '../../sql/runs.ts';
import type { RunJob, WorkDeps } from '../job.ts';

const AFTER_OUTAGE_MS = 1_000;

/** PostgreSQL gave up a statement, or the wait for a lock. */
const TIMEOUTS = new Set(['57014', '55P03']);
const DATABASE_TIMEOUT = {
  code: 'database_timeout',
  message:
    'The database took too long to store this customer. Look for locks and load, then retry.',
};
const INTERNAL_ERROR = {
  code: 'internal_error',
  message: 'Something went wrong on our side. The worker’s log says what.',
};

/**
 * Hands back what is held under a token after an error that is nobody's but ours. An outage of the database costs no
 * attempt, nor does a bug that brought several lines down: one of them is to blame, so each is tried
 * alone, as is each before its last time-out. Anything else costs an attempt, so that it ends in failed
 * lines and not in a loop.
 */
export async function handBack(
  deps: WorkDeps,
  job: RunJob,
  token: string,
  error: unknown,
): Promise<void> {
  await deps.database.withOrg(job.orgId, async (sql) => {
    const run = await lockRun(sql, job.runId);
    if (!run) return;
    const lines = await findHeldLines(sql, run.id, token);
    if (lines.length === 0) return;
    const verdicts = lines.map((line) => judge(run, lines, line, error));
    await settleLines(sql, run.id, token, verdicts);
    // A second try asks the store again, of which the run's budget knows nothing yet.
    const retries = verdicts.filter(({ state }) => state === 'draft').length;
    if (retries > 0) await grantRequests(sql, run.id, 2 * retries);
    await appendActivity(sql, run.id, describe(lines, verdicts, error));
    await recordEnd(sql, run.id, run.state);
    await ringWhenDue(sql, run.id);
    await hint(sql, run.id);
  });
}

function judge(
  run: RunRow,
  lines: readonly HeldLine[],
  { position, attempts }: HeldLine,
  error: unknown,
): LineVerdict {
  if (error instanceof DatabaseUnavailableError)
    return { position, state: 'released', delayMs: AFTER_OUTAGE_MS };
  const verdict = judgeFailedAttempt(attempts, true, run.settings);
  // One locked row holds its whole batch up: the others must not fail with it.
  if (lines.length > 1 && (!isTimeout(error) || verdict.state === 'failed'))
    return { position, state: 'released', delayMs: 0, alone: true };
  return { position, ...(isTimeout(error) ? DATABASE_TIMEOUT : INTERNAL_ERROR), ...verdict };
}

function isTimeout(error: unknown): boolean {
  return TIMEOUTS.has(codeOf(error) ?? '');
}

function describe(
  lines: readonly HeldLine[],
  verdicts: readonly LineVerdict[],
  error: unknown,
): ActivityEntry[] {
  const failed = verdicts.flatMap((verdict, index): ActivityEntry[] => {
    if (verdict.state !== 'failed') return [];
    const { position, wooCustomerId, attempts } = lines[index] as HeldLine;
    const name = wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`;
    return [
      {
        event: 'line.failed',
        level: 'error',
        message: `${name} failed after ${attempts === 1 ? '1 try' : `${attempts} tries`}: ${verdict.message}`,
        data: { position, wooCustomerId, attempts, code: verdict.code },
      },
    ];
  });
  const back = verdicts.length - failed.length;
  if (back === 0) return failed;
  const { code, reason } = reasonOf(error);
  return [
    {
      event: 'batch.handed_back',
      level: 'warning',
      message: `${reason} ${back === 1 ? '1 customer is' : `${back} customers are`} tried again.`,
      data: { code, lines: back },
    },
    ...failed,
  ];
}

function reasonOf(error: unknown): { code: string; reason: string } {
  if (error instanceof DatabaseUnavailableError)
    return { code: 'database_unavailable', reason: 'The database was away.' };
  if (isTimeout(error))
    return { code: DATABASE_TIMEOUT.code, reason: 'The database took too long to store a batch.' };
  return { code: INTERNAL_ERROR.code, reason: INTERNAL_ERROR.message };
}
