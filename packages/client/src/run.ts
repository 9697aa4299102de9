import type { MantisOutputs } from './trpc.ts';

/** A sync run as it stands. */
export type Run = MantisOutputs['sync']['status'];
/** An entry of a run's log. */
export type ActivityEntry = MantisOutputs['sync']['activity']['items'][number];
export type Store = MantisOutputs['store']['list'][number];
export type Diagnosis = MantisOutputs['store']['diagnose'];

/** Whether nothing more happens to the run unless somebody retries it. */
export function isOver({ state }: Run): boolean {
  return state === 'done' || state === 'partial' || state === 'failed';
}

/** Whether the run is over, or stands still until a person acts. */
export function isCompleted(run: Run): boolean {
  return isOver(run) || run.isActionRequired;
}
