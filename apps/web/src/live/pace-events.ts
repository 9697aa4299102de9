import type { LiveEvent } from './write-event.ts';

/** A reader follows no more; and each costs a page that is open all day a painting. */
const gapMs = 500;

/**
 * Passes events on at once where they are rare, and folded into two a second where a run is busy: the
 * last state of it, with all that was logged since.
 */
export function paceEvents(write: (event: LiveEvent) => void) {
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    const events = waiting;
    waiting = [];
    timer = events.length > 0 ? setTimeout(flush, gapMs) : undefined;
    for (const event of events) write(event);
  }

  return {
    write(event: LiveEvent): void {
      waiting = fold(waiting, event);
      if (timer === undefined) flush();
    },
    /** Writes what waits, and no more. */
    stop(): void {
      flush();
      clearTimeout(timer);
    },
  };
}

/** Lists replace runs, so their order with runs is kept; two states of one run become one. */
export function fold(waiting: readonly LiveEvent[], event: LiveEvent): LiveEvent[] {
  if (event.type === 'runs') return [...waiting, event];
  const at = waiting.findIndex(
    (other) => other.type === 'run' && other.run.queueId === event.run.queueId,
  );
  const before = waiting[at];
  if (before?.type !== 'run') return [...waiting, event];
  const activity = [...before.activity, ...event.activity];
  return [...waiting.slice(0, at), ...waiting.slice(at + 1), { ...event, activity }];
}
