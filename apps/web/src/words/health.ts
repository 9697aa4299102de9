import { compareNames, count, formatNumber } from './format.ts';
import { attentionItemOf } from './attention.ts';
import { isOver } from '../api/run-facts.ts';
import type { Look } from '../ui/look.ts';
import type { Store } from '../api/trpc.ts';

/** The health of a store, the most severe first. */
export const HEALTHS = {
  needs: { word: 'Needs attention', tone: 'bad', icon: 'alert' },
  poor: { word: 'Has failures', tone: 'partial', icon: 'half' },
  running: { word: 'Running', tone: 'busy', icon: 'play' },
  paused: { word: 'Paused', tone: 'wait', icon: 'pause' },
  new: { word: 'Not synced yet', tone: 'idle', icon: 'circle' },
  good: { word: 'Healthy', tone: 'good', icon: 'check' },
} as const satisfies Record<string, Look>;

export type Health = keyof typeof HEALTHS;

export const healthNames = Object.keys(HEALTHS) as Health[];

export function healthOf(store: Store): Health {
  if (attentionItemOf(store)) return 'needs';
  if (store.pause) return 'paused';
  if (!store.lastRun) return 'new';
  if (!isOver(store.lastRun)) return 'running';
  return store.lastRun.state === 'done' ? 'good' : 'poor';
}

export function lookOf(store: Store): Look {
  return HEALTHS[healthOf(store)];
}

/** The health of a store in one sentence. */
export function healthSentence(store: Store): string {
  const { lastRun, pause } = store;
  const attention = attentionItemOf(store);
  if (attention) return sentence(attention.text);
  if (pause)
    return sentence(`Paused${pause.by?.name ? ` by ${pause.by.name}` : ''}: ${pause.reason}`);
  if (!lastRun) return 'Not synced yet.';
  if (!isOver(lastRun)) return sentence(`A run is in progress: ${lastRun.phaseText}`);
  if (lastRun.state === 'failed') return sentence(`The last run failed: ${lastRun.phaseText}`);
  if (lastRun.state === 'partial')
    return `${count(lastRun.counts.failed, 'customer')} failed in the last run; all others are up to date.`;
  if (lastRun.forced)
    return 'The last run was forced done, so some customers may be out of date until the next run.';
  return healthy(store);
}

function healthy({ customers, freshness }: Store): string {
  if (customers === 0) return 'Synced; the store has no customers.';
  const who = customers === 1 ? '1 customer is' : `All ${formatNumber(customers)} customers are`;
  const delivers = freshness.webhooks?.state === 'active';
  return `${who} up to date${delivers ? ', and webhooks deliver changes as they happen' : ''}.`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

export interface StoreView {
  health?: Health | undefined;
  /** A part of its name or address. */
  find?: string | undefined;
  sort?: 'name' | 'run' | 'freshness' | 'customers' | undefined;
  direction?: 'asc' | 'desc' | undefined;
}

/** Matching stores, most severe first or sorted by `sort`, then by name. */
export function chooseStores(stores: readonly Store[], view: StoreView): Store[] {
  const part = view.find?.trim().toLowerCase() ?? '';
  const turn = isReversed(view) ? -1 : 1;
  const nameTurn = view.sort === 'name' ? turn : 1;
  return stores
    .filter(
      (store) =>
        (view.health === undefined || healthOf(store) === view.health) &&
        (store.name.toLowerCase().includes(part) || store.url.toLowerCase().includes(part)),
    )
    .toSorted(
      (a, b) => turn * (rankOf(a, view.sort) - rankOf(b, view.sort)) || nameTurn * byName(a, b),
    );
}

export function countHealths(stores: readonly Store[]): Map<Health, number> {
  const counts = new Map<Health, number>();
  for (const store of stores) counts.set(healthOf(store), (counts.get(healthOf(store)) ?? 0) + 1);
  return counts;
}

/** Initial direction: most customers and newest run first. */
export const usualDirection = (sort: StoreView['sort']): 'asc' | 'desc' =>
  sort === 'customers' || sort === 'run' ? 'desc' : 'asc';

const isReversed = ({ sort, direction }: StoreView): boolean =>
  direction !== undefined && direction !== usualDirection(sort);

const byName = (a: Store, b: Store) => compareNames(a.name, b.name);

/** Sort keys in ascending order: most customers, newest run, oldest data. */
function rankOf(store: Store, sort: StoreView['sort']): number {
  if (sort === 'name') return 0;
  if (sort === 'customers') return -store.customers;
  if (sort === 'run') return -timeOf(store.lastRun?.createdAt);
  if (sort === 'freshness') return timeOf(store.freshness.refreshedAt);
  return healthNames.indexOf(healthOf(store));
}

const timeOf = (at: string | null | undefined): number => (at ? Date.parse(at) : 0);
