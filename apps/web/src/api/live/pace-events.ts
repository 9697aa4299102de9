import type { LiveEvent } from '@mantis-sync/client/follow-stream';

/** Updates per second that a reader can follow; each one costs a repaint of an open page. */
const gapMs = 250;
/** In runs with more customers than this, the changes of a quarter of a second are too small to see. */
const manyCustomers = 10_000;
const gapOfManyMs = 500;

/**
 * Passes rare events on immediately, and merges frequent ones into four a second, or two a second for large
 * runs: the latest state with all activity since.
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
    /** Writes pending events and stops. */
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

/** Lists replace runs, so the order between them is kept; several states of one run become one. */
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
