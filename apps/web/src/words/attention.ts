import type { Store } from '../api/trpc.ts';

/** Something about a store that only a person can fix. */
export interface AttentionItem {
  store: Store;
  /** What is wrong and why. */
  text: string;
  /** What helps: to open the run, to resume the store, or to check its connection. */
  suggestedAction: 'run' | 'resume' | 'connection';
}

/** What needs a person, the most urgent first: a run that waits, a paused store, a connection. */
export function attentionItemsOf(stores: readonly Store[]): AttentionItem[] {
  const found = stores.flatMap((store) => attentionItemOf(store) ?? []);
  const order: AttentionItem['suggestedAction'][] = ['run', 'resume', 'connection'];
  return found.toSorted(
    (a, b) => order.indexOf(a.suggestedAction) - order.indexOf(b.suggestedAction),
  );
}

/** One item a store: the first hides those after it. */
export function attentionItemOf(store: Store): AttentionItem | null {
  const { pause, lastRun, diagnosis } = store;
  // A pause on purpose needs nobody.
  if (pause?.code === 'paused_by_person') return null;
  if (pause) return { store, text: pause.reason, suggestedAction: 'resume' };
  if (lastRun?.action) return { store, text: lastRun.action.reason, suggestedAction: 'run' };
  const problem = diagnosis?.findings.find(({ level }) => level === 'problem');
  return problem ? { store, text: problem.message, suggestedAction: 'connection' } : null;
}
