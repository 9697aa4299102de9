import type { Store } from './trpc.ts';

/** Something about a store that nobody but a person can put right. */
export interface Need {
  store: Store;
  /** What is wrong and why, in the words of whoever found it. */
  text: string;
  /** What helps: to see the run, to resume the store, or to look at its connection. */
  cure: 'run' | 'resume' | 'connection';
}

/** What needs a person, the most urgent first: a run that waits, a store that stands still, a connection. */
export function needsOf(stores: readonly Store[]): Need[] {
  const found = stores.flatMap((store) => needOf(store) ?? []);
  const order: Need['cure'][] = ['run', 'resume', 'connection'];
  return found.toSorted((a, b) => order.indexOf(a.cure) - order.indexOf(b.cure));
}

/** One need a store: what stands in the way first hides what comes after it. */
export function needOf(store: Store): Need | null {
  const { pause, lastRun, diagnosis } = store;
  if (pause) return { store, text: pause.reason, cure: 'resume' };
  if (lastRun?.action) return { store, text: lastRun.action.reason, cure: 'run' };
  const problem = diagnosis?.findings.find(({ level }) => level === 'problem');
  return problem ? { store, text: problem.message, cure: 'connection' } : null;
}
