import type { Store } from '../api/trpc.ts';

/** Something about a store that nobody but a person can put right. */
export interface AttentionItem {
  store: Store;
  /** What is wrong and why, in the words of whoever found it. */
  text: string;
  /** What helps: to see the run, to resume the store, or to look at its connection. */
  suggestedAction: 'run' | 'resume' | 'connection';
}

/** What needs a person, the most urgent first: a run that waits, a store that stands still, a connection. */
export function attentionItemsOf(stores: readonly Store[]): AttentionItem[] {
  const found = stores.flatMap((store) => attentionItemOf(store) ?? []);
  const order: AttentionItem['suggestedAction'][] = ['run', 'resume', 'connection'];
  return found.toSorted(
    (a, b) => order.indexOf(a.suggestedAction) - order.indexOf(b.suggestedAction),
  );
}

/** One need a store: what stands in the way first hides what comes after it. */
export function attentionItemOf(store: Store): AttentionItem | null {
  const { pause, lastRun, diagnosis } = store;
  if (pause) return { store, text: pause.reason, suggestedAction: 'resume' };
  if (lastRun?.action) return { store, text: lastRun.action.reason, suggestedAction: 'run' };
  const problem = diagnosis?.findings.find(({ level }) => level === 'problem');
  return problem ? { store, text: problem.message, suggestedAction: 'connection' } : null;
}
