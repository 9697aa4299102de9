import type { Store } from '../api/trpc.ts';

/** A problem of a store that requires a person. */
export interface AttentionItem {
  store: Store;
  /** What is wrong and why. */
  text: string;
  /** The action: open the run, resume the store, or check its connection. */
  suggestedAction: 'run' | 'resume' | 'connection';
}

/** What needs attention, most urgent first: a waiting run, a paused store, a connection problem. */
export function attentionItemsOf(stores: readonly Store[]): AttentionItem[] {
  const found = stores.flatMap((store) => attentionItemOf(store) ?? []);
  const order: AttentionItem['suggestedAction'][] = ['run', 'resume', 'connection'];
  return found.toSorted(
    (a, b) => order.indexOf(a.suggestedAction) - order.indexOf(b.suggestedAction),
  );
}

/** One item per store: the first one hides the others. */
export function attentionItemOf(store: Store): AttentionItem | null {
  const { pause, lastRun, diagnosis } = store;
  // Pauses made by a person need no attention.
  if (pause?.code === 'paused_by_person') return null;
  if (pause) return { store, text: pause.reason, suggestedAction: 'resume' };
  if (lastRun?.action) return { store, text: lastRun.action.reason, suggestedAction: 'run' };
  const problem = diagnosis?.findings.find(({ level }) => level === 'problem');
  return problem ? { store, text: problem.message, suggestedAction: 'connection' } : null;
}
