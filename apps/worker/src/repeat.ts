import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';

/**
 * Repeats an action, one at a time, with a pause in between. A failure is logged, and the action is repeated
 * after the usual pause.
 *
 * @param options.atOnce begins without a pause
 */
export function repeat(
  act: () => Promise<void>,
  everyMs: number,
  log: Logger,
  name: string,
  { atOnce } = { atOnce: false },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    const pause = () =>
      wait(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (!atOnce) await pause();
    for (; !stopping.signal.aborted; await pause())
      await act().catch((error: unknown) => log.warn({ err: error }, `${name} failed`));
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
