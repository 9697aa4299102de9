import { DatabaseUnavailableError } from '@mantis-sync/db';
import type { WorkDeps } from './job.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

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
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || deps.clock() > until) throw error;
    }
    await deps.sleep(pauseMs, signal);
  }
}
