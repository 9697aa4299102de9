import { attentionItemOf } from './attention.ts';
import { isOver } from '../api/run-facts.ts';
import type { Look } from '../ui/look.ts';
import type { Store } from '../api/trpc.ts';

/** How a store is, the worst first. */
export const HEALTHS = {
  needs: { word: 'Needs a person', tone: 'bad', icon: 'alert' },
  poor: { word: 'Has failures', tone: 'partial', icon: 'half' },
  running: { word: 'Running', tone: 'busy', icon: 'play' },
  new: { word: 'Never synced', tone: 'idle', icon: 'circle' },
  good: { word: 'Healthy', tone: 'good', icon: 'check' },
} as const satisfies Record<string, Look>;

export type Health = keyof typeof HEALTHS;

export const healthNames = Object.keys(HEALTHS) as Health[];

export function healthOf(store: Store): Health {
  if (attentionItemOf(store)) return 'needs';
  if (!store.lastRun) return 'new';
  if (!isOver(store.lastRun)) return 'running';
  return store.lastRun.state === 'done' ? 'good' : 'poor';
}

/** The same as a pill; a pause has a look of its own. */
export function lookOf(store: Store): Look {
  return store.pause ? { word: 'Paused', tone: 'wait', icon: 'pause' } : HEALTHS[healthOf(store)];
}

export interface StoreView {
  health?: Health | undefined;
  /** A part of its name or address. */
  find?: string | undefined;
  sort?: 'name' | 'run' | 'freshness' | 'customers' | undefined;
}

/** The stores that are asked for: the worst first, or as `sort` says; alike ones by name. */
export function chooseStores(stores: readonly Store[], view: StoreView): Store[] {
  const part = view.find?.trim().toLowerCase() ?? '';
  return stores
    .filter(
      (store) =>
        (view.health === undefined || healthOf(store) === view.health) &&
        (store.name.toLowerCase().includes(part) || store.url.toLowerCase().includes(part)),
    )
    .toSorted((a, b) => rankOf(a, view.sort) - rankOf(b, view.sort) || byName(a, b));
}

export function countHealths(stores: readonly Store[]): Map<Health, number> {
  const counts = new Map<Health, number>();
  for (const store of stores) counts.set(healthOf(store), (counts.get(healthOf(store)) ?? 0) + 1);
  return counts;
}

const names = new Intl.Collator(undefined, { numeric: true });
const byName = (a: Store, b: Store) => names.compare(a.name, b.name);

/** The lower, the further up: most customers, the newest run, the oldest data. */
function rankOf(store: Store, sort: StoreView['sort']): number {
  if (sort === 'name') return 0;
  if (sort === 'customers') return -store.customers;
  if (sort === 'run') return -timeOf(store.lastRun?.createdAt);
  if (sort === 'freshness') return timeOf(store.freshness.refreshedAt);
  return healthNames.indexOf(healthOf(store));
}

const timeOf = (at: string | null | undefined): number => (at ? Date.parse(at) : 0);
