import { useSyncExternalStore } from 'react';
import type { Run } from '../trpc.ts';

const listeners = new Set<() => void>();
let newest: Run | undefined;

/** Shows a state of the run being watched before the query cache has it. */
export function showNewestRun(run: Run): void {
  newest = run;
  for (const listener of listeners) listener();
}

/** The run as last sent by the stream, for the few numbers that are worth a repaint with each batch. */
export function useNewestRun(run: Run): Run {
  const sent = useSyncExternalStore(subscribe, () => newest);
  return sent?.runId === run.runId && sent.revision > run.revision ? sent : run;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
