import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Waits until `look` gives something, and returns it.
 *
 * @param what named in the error if it never does
 * @param deadlineMs generous: it only ends a test that hangs
 * @throws Error at the deadline
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 150_000,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > deadline) throw new Error(`Within ${deadlineMs} ms it never came to: ${what}`);
    await delay(POLL_MS);
  }
}
