const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * Milliseconds before the next try: twice as long each time, and spread, so that the clients of an API
 * that was restarted do not come all at once.
 *
 * @param failures so far in a row, from 1
 * @param chance in [0, 1)
 */
export function reconnectDelay(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return longest * (0.5 + chance / 2);
}

/** Waits, or less where the signal says so. */
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
