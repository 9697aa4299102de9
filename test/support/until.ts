import { setTimeout as delay } from 'node:timers/promises';

/** Polling intervals in milliseconds: short at first, longer for longer waits. */
const POLL_MS = 20;
const SLOW_POLL_MS = 100;

/**
 * Waits until `look` returns a value, and returns it.
 *
 * @param what named in the error
 * @param deadlineMs generous: it only ends a test that hangs
 * @throws Error at the deadline
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 150_000,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + deadlineMs;
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.2, SLOW_POLL_MS)) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > deadline) throw new Error(`Within ${deadlineMs} ms it never came to: ${what}`);
    await delay(pause);
  }
}
