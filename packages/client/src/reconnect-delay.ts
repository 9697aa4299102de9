const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * Milliseconds before the next attempt: doubles each time, with jitter, so that the clients of a restarted
 * API do not all reconnect at the same time.
 *
 * @param failures in a row so far, from 1
 * @param chance random number in [0, 1)
 */
export function reconnectDelay(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return longest * (0.5 + chance / 2);
}

/** Waits, or returns early when the signal aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
