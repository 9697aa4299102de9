import type { Database } from '@mantis-sync/db';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { parseCustomer } from '../src/domain/customer-mapping.ts';
import { silentSyncLog } from '../src/platform/sync-log.ts';
import { silentSyncMetrics } from '../src/platform/sync-metrics.ts';
import type { CustomerVersion } from '../src/sql/customers.ts';
import { completeDiscovery, takeDiscovery } from '../src/sql/discovery.ts';
import { type ClaimedLine, claimLines, type LineLease } from '../src/sql/lines.ts';
import { lockRun, type RunRow } from '../src/sql/run-row.ts';
import { createStoreClients } from '../src/stores/store-clients.ts';
import { createFairShare } from '../src/worker/fair-share.ts';
import type { WorkDeps } from '../src/worker/job.ts';
import { contentHash } from '../src/worker/processing/prepare-customer.ts';
import type { PreparedLine } from '../src/worker/processing/prepare-batch.ts';
import {
  addPage,
  createRun,
  keyring,
  leaseOf,
  MINUTE_MS,
  newLine,
  type RunOptions,
  type TestRun,
} from './factories.ts';

/** A row as a store sends it. */
export const customerRow = (id: number, row: Record<string, unknown> = {}) => ({
  id,
  email: `customer${id}@example.com`,
  username: `customer${id}`,
  first_name: 'Ada',
  last_name: 'Lovelace',
  role: 'customer',
  billing: {},
  shipping: {},
  date_created_gmt: '2026-01-01T00:00:00',
  date_modified_gmt: '2026-01-01T00:00:00',
  ...row,
});

/** The customer that such a row becomes. */
export function versionOf(
  row: Record<string, unknown>,
  fetchedAt = new Date('2026-02-01T00:00:00Z'),
): CustomerVersion {
  const parsed = parseCustomer(row, fetchedAt);
  if (!parsed.ok) throw new Error(parsed.message);
  const { customer } = parsed;
  return { customer, contentHash: contentHash(customer), fetchedAt, source: 'walk' };
}

/** A run whose list has been read, with a line for each of these ids. */
export async function createFilledRun(
  db: TestDatabase,
  wooIds: readonly number[],
  options: RunOptions = {},
): Promise<TestRun> {
  const run = await createRun(db, options);
  const lease = leaseOf(run);
  await db.database.withOrg(run.orgId, async (sql) => {
    await takeDiscovery(sql, lease);
    await addPage(
      sql,
      run,
      0,
      wooIds.map((id) => ({ ...newLine(id), payload: customerRow(id) })),
    );
    await completeDiscovery(sql, lease);
  });
  return run;
}

/** Dependencies of a worker. It reaches only the stores of the test. */
export function createWorkDeps(database: Database, workerId = 'worker-1'): WorkDeps {
  return {
    database,
    clients: createStoreClients({ database, keyring, allowHosts: ['127.0.0.1'] }),
    answers: createFairShare({ places: 8 }),
    workerId,
    timeSliceMs: () => Promise.resolve(MINUTE_MS),
    leaseMs: MINUTE_MS,
    clock: Date.now,
    random: Math.random,
    sleep: () => Promise.resolve(),
    log: silentSyncLog,
    metrics: silentSyncMetrics,
  };
}

/** Claims lines of a run as a worker does, under the run's lock. */
export function claim(
  db: TestDatabase,
  run: TestRun,
  lease: LineLease,
  { limit = 50, mayTakeSuspect = true } = {},
): Promise<{ run: RunRow; lines: ClaimedLine[] }> {
  return db.database.withOrg(run.orgId, async (sql) => {
    const row = (await lockRun(sql, run.runId))!;
    const { lines } = await claimLines(sql, run.runId, limit, lease, mayTakeSuspect);
    return { run: row, lines };
  });
}

/** Claimed lines, ready to be stored from their payload. */
export const toPrepared = (lines: readonly ClaimedLine[]): PreparedLine[] =>
  lines.map((line) => ({
    line,
    customer: {
      kind: 'store',
      version: versionOf(line.payload as Record<string, unknown>),
      warnings: [],
    },
  }));

export async function statesOf(db: TestDatabase, run: TestRun): Promise<string[]> {
  const { rows } = await db.admin.query<{ state: string }>(
    'select state from woo_customer_sync_queue_line where queue_id = $1 order by position',
    [run.runId],
  );
  return rows.map(({ state }) => state);
}

/** Events of a run's activity, oldest first. */
export async function eventsOf(db: TestDatabase, run: TestRun): Promise<string[]> {
  const { rows } = await db.admin.query<{ event: string }>(
    'select event from woo_sync_activity where queue_id = $1 order by seq',
    [run.runId],
  );
  return rows.map(({ event }) => event);
}
