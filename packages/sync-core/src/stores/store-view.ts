import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { mergeRunSettings, type RunSettings } from '../domain/run-settings.ts';
import { PAUSED_BY_PERSON, type RunStatus, toRunStatus } from '../domain/run-status.ts';
import type { StoreDiagnosis } from '../domain/store-diagnosis.ts';
import { countCustomers } from '../sql/customers.ts';
import { type FreshnessView, readFreshnessViews } from '../sql/freshness.ts';
import { listRecentRuns, type RecentRun } from '../sql/run-charts.ts';
import { listLastRuns, type NamedRunRow } from '../sql/run-row.ts';
import { listStores, noSuchStore, requireStore, type StoreRow } from '../sql/stores.ts';

/** A store without its keys, which are never returned. */
export interface StoreView {
  id: string;
  name: string;
  url: string;
  state: 'active' | 'paused';
  pause: { code: string; reason: string; at: Date; by: Actor | null; isByPerson: boolean } | null;
  authMode: 'basic' | 'query' | 'oauth1';
  routeStyle: 'pretty' | 'plain';
  /** Last four characters of the consumer key. */
  keyHint: string;
  /** Whether it has a login of the web server in front of it. */
  hasWebLogin: boolean;
  wooVersion: string | null;
  /** The effective settings of its next run. */
  settings: RunSettings;
  customers: number;
  lastRun: RunStatus | null;
  /** Its last runs, oldest first, without webhook runs. */
  recentRuns: RecentRun[];
  lastOkAt: Date | null;
  lastError: { code: string; at: Date } | null;
  freshness: FreshnessView;
  /** The last diagnosis; null if there was none. */
  diagnosis: StoreDiagnosis | null;
  /** Codes of warnings of the diagnosis that somebody dismissed. */
  dismissedFindings: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** The stores of the organisation, by name. */
export async function listStoreViews(sql: Sql, defaults: RunSettings): Promise<StoreView[]> {
  const stores = await listStores(sql);
  const about = await readAbout(sql, null);
  return stores.flatMap((store) => toView(store, defaults, about) ?? []);
}

/** @throws SyncError `store_not_found` */
export async function readStoreView(
  sql: Sql,
  defaults: RunSettings,
  storeId: string,
): Promise<StoreView> {
  const store = await requireStore(sql, storeId);
  const found = toView(store, defaults, await readAbout(sql, storeId));
  if (!found) throw noSuchStore();
  return found;
}

/** Additional data of store views, by store. */
interface AboutStores {
  customers: ReadonlyMap<string, number>;
  lastRuns: ReadonlyMap<string, NamedRunRow>;
  recentRuns: ReadonlyMap<string, RecentRun[]>;
  freshness: ReadonlyMap<string, FreshnessView>;
}

/** The same number of statements for all stores (null) as for one. */
async function readAbout(sql: Sql, storeId: string | null): Promise<AboutStores> {
  return {
    customers: await countCustomers(sql, storeId),
    lastRuns: await listLastRuns(sql, storeId),
    recentRuns: await listRecentRuns(sql, storeId),
    freshness: await readFreshnessViews(sql, storeId),
  };
}

/** Null if the store was removed between two statements. */
function toView(store: StoreRow, defaults: RunSettings, about: AboutStores): StoreView | null {
  const freshness = about.freshness.get(store.id);
  if (!freshness) return null;
  const lastRun = about.lastRuns.get(store.id);
  return {
    id: store.id,
    name: store.name,
    url: store.url,
    state: store.state,
    pause: store.pause && { ...store.pause, isByPerson: store.pause.code === PAUSED_BY_PERSON },
    authMode: store.authMode,
    routeStyle: store.routeStyle,
    keyHint: store.keyHint,
    hasWebLogin: store.webLoginCipher !== null,
    wooVersion: store.wooVersion,
    settings: mergeRunSettings(defaults, store.settings),
    customers: about.customers.get(store.id) ?? 0,
    lastRun: lastRun ? toRunStatus(lastRun) : null,
    recentRuns: about.recentRuns.get(store.id) ?? [],
    lastOkAt: store.lastOkAt,
    lastError: store.lastError,
    freshness,
    diagnosis: store.diagnosis,
    dismissedFindings: store.dismissedFindings,
    createdAt: store.createdAt,
    updatedAt: store.updatedAt,
  };
}
