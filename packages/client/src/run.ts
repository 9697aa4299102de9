import type { MantisOutputs } from './trpc.ts';

/** The current state of a sync run. */
export type Run = MantisOutputs['sync']['status'];
/** An entry of a run's log. */
export type ActivityEntry = MantisOutputs['sync']['activity']['items'][number];
export type Store = MantisOutputs['store']['list'][number];
export type Diagnosis = MantisOutputs['store']['diagnose'];

/** Whether the run has ended; only a retry changes it. */
export function isOver({ state }: Run): boolean {
  return state === 'done' || state === 'partial' || state === 'failed';
}

/** Whether the run is over or needs a decision. */
export function isCompleted(run: Run): boolean {
  return isOver(run) || run.isActionRequired;
}
