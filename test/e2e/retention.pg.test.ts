import { sweepRetention } from '@mantis-sync/sync-core';
import { expect, test } from 'vitest';
import { openStore, type OpenStore } from '../support/open-store.ts';

const DAY_MS = 24 * 3_600_000;

async function count({ db }: OpenStore, table: string): Promise<number> {
  const { rows } = await db.admin.query<{ count: number }>(
    `select count(*)::integer as count from ${table}`,
  );
  return rows[0]?.count ?? 0;
}

/** Bytes of a table, without its indexes, after a vacuum, which cuts off the pages at the end that hold no row. */
async function vacuumedBytes({ db }: OpenStore, table: string): Promise<number> {
  await db.admin.query(`vacuum ${table}`);
  const { rows } = await db.admin.query<{ bytes: number }>(
    `select pg_relation_size('${table}')::integer as bytes`,
  );
  return rows[0]!.bytes;
}

const sweep = ({ db }: OpenStore, maxRows = 100_000) =>
  sweepRetention(db.database, { defaultDays: 30, maxRows });

test('runs older than the retention period are deleted with lines and activity', async () => {
  const store = await openStore({ customers: 2_300 });
  const { clock } = store;
  await store.run('full');
  expect(await sweep(store)).toBe(0);
  await clock.advance(31 * DAY_MS);
  await store.run('delta');
  expect(await sweep(store)).toBeGreaterThan(2_300);
  expect(await count(store, 'woo_customer_sync_queue')).toBe(1);
  expect(await count(store, 'customer')).toBe(2_300);
  const { items } = await store.sync.list(store.caller, { limit: 10 });
  expect(items.map(({ kind }) => kind)).toEqual(['delta']);
});

test('the organisation sets the retention period', async () => {
  const store = await openStore({ customers: 10 });
  const { clock } = store;
  await store.run('full');
  await store.organisations.setRetention(store.caller, { retentionDays: 5 });
  await clock.advance(4 * DAY_MS);
  expect(await sweep(store)).toBe(0);
  await clock.advance(2 * DAY_MS);
  expect(await sweep(store)).toBeGreaterThan(0);
  expect(await count(store, 'woo_customer_sync_queue')).toBe(0);
});

test('rows that are active or need a decision are kept, whatever a statement says', async () => {
  const store = await openStore({ customers: 10 });
  const { clock } = store;
  store.sim.faults.add({ fault: { kind: 'status', status: 401 } });
  const failed = await store.run('full');
  expect(failed).toMatchObject({ isActionRequired: true });
  store.sim.faults.clear();
  await store.stores.resume(store.caller, { storeId: store.storeId });
  const { run } = await store.sync.start(store.caller, { storeId: store.storeId });
  await clock.advance(400 * DAY_MS);
  await sweep(store);
  expect(await count(store, 'woo_customer_sync_queue')).toBe(2);
  const removed = await store.db.database.withRetention(store.caller.orgId, async (sql) => {
    const lines = await sql.query('delete from woo_customer_sync_queue_line');
    const runs = await sql.query('delete from woo_customer_sync_queue');
    return lines.rowCount + runs.rowCount;
  });
  expect(removed).toBe(0);
  await store.drive(run.runId);
});

test('rows of another organisation cannot be deleted', async () => {
  const store = await openStore({ customers: 10 });
  const { clock } = store;
  await store.run('full');
  await clock.advance(31 * DAY_MS);
  const other = '00000000-0000-4000-8000-000000000000';
  const { rowCount } = await store.db.database.withRetention(other, (sql) =>
    sql.query('delete from woo_customer_sync_queue'),
  );
  expect(rowCount).toBe(0);
});

test('authorizations are deleted a day after they expired, also without a store', async () => {
  const store = await openStore({ customers: 1 });
  const { db, caller, clock } = store;
  const other = '11111111-0000-4000-8000-000000000000';
  await db.admin.query(`insert into organization (id, name, slug) values ($1, 'Other', 'other')`, [
    other,
  ]);
  const insert = (orgId: string, name: string, hours: number) =>
    db.admin.query(
      `insert into store_grant (org_id, nonce_hash, begun_by_id, store_url, name, schedules, scope, expires_at)
       values ($1, sha256($2::text::bytea), 'ada', 'https://shop.example.com', $2, 'none', 'read',
               mantis.now() + make_interval(hours => $3))`,
      [orgId, name, hours],
    );
  await insert(caller.orgId, 'old', -25);
  await insert(caller.orgId, 'expired', -23);
  await insert(caller.orgId, 'waiting', 2);
  await insert(other, 'elsewhere', -25);
  const names = async () => {
    const { rows } = await db.admin.query<{ name: string }>(
      'select name from store_grant order by name',
    );
    return rows.map(({ name }) => name);
  };
  expect(await sweep(store)).toBe(2);
  expect(await names()).toEqual(['expired', 'waiting']);
  // Inaccessible, whatever a statement says.
  await db.database.withRetention(caller.orgId, (sql) => sql.query('delete from store_grant'));
  expect(await names()).toEqual(['expired', 'waiting']);
  await clock.advance(2 * DAY_MS);
  await sweep(store);
  expect(await names()).toEqual([]);
});

test('bounded, resumable, and safe to run concurrently', async () => {
  const store = await openStore({ customers: 2_500 });
  const { clock } = store;
  await store.run('full');
  await clock.advance(31 * DAY_MS);
  expect(await sweep(store, 1)).toBeLessThanOrEqual(1_000);
  await Promise.all([sweep(store), sweep(store), sweep(store)]);
  expect(await count(store, 'woo_customer_sync_queue')).toBe(0);
  expect(await count(store, 'woo_customer_sync_queue_line')).toBe(0);
  expect(await sweep(store)).toBe(0);
});

test('cycles of filling and retention leave neither rows nor pages in the table', async () => {
  const store = await openStore({ customers: 600 });
  const { clock } = store;
  for (let cycle = 0; cycle < 3; cycle++) {
    await store.run('full');
    expect(await count(store, 'woo_customer_sync_queue_line')).toBe(600);
    await clock.advance(31 * DAY_MS);
    await sweep(store);
    // A vacuum keeps rows that a current snapshot still sees; without it, all are removed. Indexes
    // are not looked at, since PostgreSQL keeps their emptied pages for the next rows.
    await expect.poll(() => vacuumedBytes(store, 'woo_customer_sync_queue_line')).toBe(0);
  }
});
