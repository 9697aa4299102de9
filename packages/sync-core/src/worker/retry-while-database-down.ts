import { DatabaseUnavailableError } from '@mantis-sync/db';
import { backoffMs } from '@mantis-sync/db/backoff';
import type { WorkDeps } from './job.ts';

/** Between attempts to reach the database. */
export const DATABASE_BACKOFF = { firstMs: 250, longestMs: 2_000 };

/**
 * Retries an action while the database is unavailable, for as long as a lease is valid; then other workers
 * take over.
 *
 * @throws the last error of `act`; the reason of the signal's abort
 */
export async function retryWhileDatabaseDown<T>(
  deps: WorkDeps,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  const until = deps.clock() + deps.leaseMs;
  for (let failures = 1; ; failures++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || deps.clock() > until) throw error;
    }
    await deps.sleep(backoffMs(DATABASE_BACKOFF, failures), signal);
  }
}
