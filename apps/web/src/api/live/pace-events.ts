import type { LiveEvent } from '@mantis-sync/client/follow-stream';

/**
 * Passes rare events on immediately and merges frequent ones: the latest state with all activity since, at most
 * every `gapMs`. A run that enters another phase does not wait.
 *
 * @param latestMs how long they may wait for the next event, where each event is painted anyway: one frame for both
 */
export function paceEvents(write: (event: LiveEvent) => void, gapMs: number, latestMs = gapMs) {
  const phases = new Map<string, string>();
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writtenAt = -Infinity;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    writtenAt = performance.now();
    const events = waiting;
    waiting = [];
    for (const event of events) {
      if (event.type === 'run') phases.set(event.run.runId, event.run.phase);
      write(event);
    }
  }

  return {
    write(event: LiveEvent): void {
      waiting = fold(waiting, event);
      const isOtherPhase = event.type === 'run' && phases.get(event.run.runId) !== event.run.phase;
      const passedMs = performance.now() - writtenAt;
      if (passedMs >= gapMs || isOtherPhase) flush();
      else timer ??= setTimeout(flush, latestMs - passedMs);
    },
    /** Writes pending events and stops. */
    stop: flush,
  };
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
