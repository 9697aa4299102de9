import { DatabaseUnavailableError } from '@mantis-sync/db';
import { judgeFailedAttempt } from '../domain/retry-policy.ts';
import type { WorkDeps } from '../job.ts';
import { recordEnd } from '../record-end.ts';
import { hint } from '../store/hint.ts';
import { lockQueue } from '../store/lock-queue.ts';
import { type LineVerdict, settleLines } from '../store/settle-lines.ts';
import type { Batch } from './batch.ts';

const AFTER_OUTAGE_MS = 1_000;

/**
 * Hands a batch back after an error that is nobody's but ours. An outage of the database costs no
 * attempt; anything else does, so that a bug ends in failed lines and not in a loop.
 */
export async function handBack(deps: WorkDeps, batch: Batch, error: unknown): Promise<void> {
  await deps.database.withOrg(batch.run.orgId, async (sql) => {
    const run = await lockQueue(sql, batch.run.id);
    if (!run) return;
    const verdicts = batch.lines.map(({ position, attempts }): LineVerdict => {
      if (error instanceof DatabaseUnavailableError)
        return { position, state: 'released', delayMs: AFTER_OUTAGE_MS };
      return {
        position,
        code: 'internal_error',
        message: 'Something went wrong on our side. The worker’s log says what.',
        ...judgeFailedAttempt(attempts, true, run.settings),
      };
    });
    await settleLines(sql, run.id, batch.token, verdicts);
    await recordEnd(sql, run.id, run.state);
    await hint(sql, run.id);
  });
}
