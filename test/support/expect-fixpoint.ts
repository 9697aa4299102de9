import type { ActivityView, RunStatus } from '@mantis-sync/sync-core';
import { expect } from 'vitest';
import { expectedCustomer, storedCustomers } from './expected-customer.ts';
import type { OpenStore } from './open-store.ts';

/** The active customers are those of the store, each once, field by field. */
export async function expectSame({ db, sim, storeId }: OpenStore): Promise<void> {
  const stored = await storedCustomers(db.admin, storeId);
  const active = stored.filter(({ deleted_at }) => deleted_at === null);
  expect(active).toEqual(sim.customers.list().map(expectedCustomer));
}

/** I9: after the store recovers, the run reaches the same result, and the table matches the store. */
export async function expectFixpoint(store: OpenStore, run: RunStatus): Promise<void> {
  store.sim.faults.clear();
  const { caller, storeId, sync, stores } = store;
  await stores.resume(caller, { storeId });
  if (run.state !== 'done') {
    await sync.retry(caller, { runId: run.runId, override: true });
    const retried = await store.drive(run.runId);
    // A record without an id cannot be requested again; the next walk reads it.
    if (run.counts.failed === 0) expect(retried.state).toBe('done');
    await sync.forceDone(caller, { runId: run.runId, reason: 'the store is fixed' });
  }
  // Customers stored with corrections count as they are stored.
  expect(await store.run('reconcile')).toMatchObject({ state: 'done' });
  await expectSame(store);
}

/** Entries of a run above level info, newest first. */
export async function warningsOf(
  { sync, caller }: OpenStore,
  { runId }: RunStatus,
): Promise<ActivityView[]> {
  const { items } = await sync.activity(caller, { runId, limit: 100 });
  return items.filter(({ level }) => level !== 'info');
}
