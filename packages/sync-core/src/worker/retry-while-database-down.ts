import { DatabaseUnavailableError } from '@mantis-sync/db';
import type { WorkDeps } from './job.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Does something that must not be left undone because the database is away for a moment: tries again for
 * as long as a lease holds, after which others take over.
 *
 * @throws what `act` throws last; the reason of the signal's abort
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
