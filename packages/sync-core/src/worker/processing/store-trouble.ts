import type { Sql } from '@mantis-sync/db';
import { toOperatorMessage } from '../../domain/operator-message.ts';
import type { SyncError } from '../../domain/sync-error.ts';
import { appendActivity } from '../../sql/activity.ts';
import { enqueueWhenDue } from '../../sql/jobs.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { requireAction, waitForStore } from '../../sql/runs.ts';
import { recordStoreError, pauseRefusingStore } from '../../sql/stores.ts';
import { retryDelayMs } from '../../woo/retry-timing.ts';
import { WooError } from '../../woo/woo-error.ts';
import type { WorkDeps } from '../job.ts';

const STORE_RETRIES = {
  limit: Number.POSITIVE_INFINITY,
  backoff: { firstMs: 2_000, longestMs: 60_000 },
};

/** How long lines wait that could not be read again, in milliseconds. */
export function waitAfter(deps: WorkDeps, trouble: WooError | SyncError): number {
  const delayMs = retryDelayMs({
    error: trouble,
    attempt: 3,
    random: deps.random,
    policy: STORE_RETRIES,
  });
  return Math.max(delayMs ?? 0, STORE_RETRIES.backoff.firstMs);
}

/** Handles lines that could not be read again: the store rejects us (action required) or is overloaded (wait). */
export async function recordTrouble(
  sql: Sql,
  run: RunRow,
  trouble: WooError | SyncError,
  waitMs: number,
): Promise<void> {
  const reason = toOperatorMessage(trouble);
  if (trouble instanceof WooError && trouble.kind === 'struggling') {
    await waitForStore(sql, run.id, {
      code: trouble.code,
      reason: trouble.message,
      delayMs: waitMs,
    });
    await recordStoreError(sql, run.storeId, trouble.code);
    await appendActivity(sql, run.id, [
      {
        event: 'processing.waiting',
        level: 'warning',
        message: `${trouble.message} Next try in ${Math.ceil(waitMs / 1000)} s.`,
        data: { code: trouble.code, delayMs: waitMs },
      },
    ]);
    await enqueueWhenDue(sql, run.id);
    return;
  }
  if (trouble instanceof WooError)
    await pauseRefusingStore(sql, run.storeId, { code: trouble.code, reason });
  await requireAction(sql, run.id, { code: trouble.code, reason });
  await appendActivity(sql, run.id, [
    { event: 'store.paused', level: 'error', message: reason, data: { code: trouble.code } },
  ]);
}
