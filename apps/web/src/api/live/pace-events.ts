import type { LiveEvent } from './write-event.ts';

/** A reader follows no more; and each costs a page that is open all day a painting. */
const gapMs = 250;
/** Of a run with more customers than these, what a second brings is too little to be seen in parts. */
const manyCustomers = 10_000;
const gapOfManyMs = 1_000;

/**
 * Passes events on at once where they are rare, and folded into four a second where a run is busy, one a
 * second where it is large: the last state of it, with all that was logged since.
 */
export function paceEvents(write: (event: LiveEvent) => void) {
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    const events = waiting;
    waiting = [];
    timer = events.length > 0 ? setTimeout(flush, gapAfter(events)) : undefined;
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

function gapAfter(events: readonly LiveEvent[]): number {
  const isLarge = events.some(
    (event) => event.type === 'run' && event.run.counts.total > manyCustomers,
  );
  return isLarge ? gapOfManyMs : gapMs;
}

/** Lists replace runs, so their order with runs is kept; two states of one run become one. */
export function fold(waiting: readonly LiveEvent[], event: LiveEvent): LiveEvent[] {
  if (event.type === 'runs') return [...waiting, event];
  const at = waiting.findIndex(
    (other) => other.type === 'run' && other.run.runId === event.run.runId,
  );
  const before = waiting[at];
  if (before?.type !== 'run') return [...waiting, event];
  const activity = [...before.activity, ...event.activity];
  return [...waiting.slice(0, at), ...waiting.slice(at + 1), { ...event, activity }];
}
