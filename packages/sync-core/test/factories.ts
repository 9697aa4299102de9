import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { TestDatabase } from '@mantis-sync/db/testing';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { parseKeyring } from '../src/credentials/keyring.ts';
import { beginWalk } from '../src/domain/walk.ts';
import { mergeRunSettings, type RunSettingsOverrides } from '../src/run-settings.ts';
import { insertQueue } from '../src/store/insert-queue.ts';
import { insertLines, type NewLine, type SavedPage } from '../src/store/save-page.ts';
import type { DiscoveryLease } from '../src/store/take-discovery.ts';
import { insertStore } from '../src/store/write-store.ts';
import type { StoreCredentials } from '../src/woo/store-request.ts';

export const keyring = parseKeyring(`test:${randomBytes(32).toString('base64')}`);

export const MINUTE_MS = 60_000;

/** The id of a new organisation. */
export async function createOrg(db: TestDatabase): Promise<string> {
  const id = randomUUID();
  await db.admin.query(
    'insert into organization (id, name, slug) values ($1::uuid, $2, $1::uuid::text)',
    [id, 'Test organisation'],
  );
  return id;
}

/** A store at an address; its keys are those of woo-sim unless others are given. */
export async function createStore(
  db: TestDatabase,
  orgId: string,
  {
    url = `https://${randomUUID()}.example`,
    credentials = defaultCredentials,
  }: { url?: string | undefined; credentials?: StoreCredentials } = {},
): Promise<string> {
  const id = randomUUID();
  const owner = { orgId, storeId: id };
  await db.database.withOrg(orgId, (sql) =>
    insertStore(sql, {
      id,
      orgId,
      name: 'Shop',
      connection: {
        baseUrl: url,
        authMode: 'oauth1',
        routeStyle: 'pretty',
        total: null,
        warnings: [],
      },
      keys: {
        consumerKey: keyring.seal(credentials.consumerKey, { ...owner, field: 'consumer_key' }),
        consumerSecret: keyring.seal(credentials.consumerSecret, {
          ...owner,
          field: 'consumer_secret',
        }),
        hint: credentials.consumerKey.slice(-4),
      },
      settings: {},
    }),
  );
  return id;
}

export interface TestRun {
  orgId: string;
  storeId: string;
  queueId: string;
}

export interface RunOptions {
  /** A new one unless given. */
  orgId?: string;
  settings?: RunSettingsOverrides;
  /** Of its store. */
  url?: string | undefined;
}

/** A run of a store of its own, as `start` makes it. */
export async function createRun(
  db: TestDatabase,
  { orgId, settings = {}, url }: RunOptions = {},
): Promise<TestRun> {
  const org = orgId ?? (await createOrg(db));
  const storeId = await createStore(db, org, { url });
  const queueId = await db.database.withOrg(org, (sql) =>
    insertQueue(sql, {
      orgId: org,
      storeId,
      kind: 'full',
      idempotencyKey: null,
      requestHash: Buffer.alloc(32),
      actor: { type: 'user', id: 'u1', name: 'Ada' },
      settings: mergeRunSettings(settings),
    }),
  );
  return { orgId: org, storeId, queueId: queueId as string };
}

export function leaseOf(run: TestRun, workerId = 'worker-1'): DiscoveryLease {
  return { queueId: run.queueId, workerId, token: randomUUID(), leaseMs: MINUTE_MS };
}

export const newLine = (wooCustomerId: number): NewLine => ({
  wooCustomerId,
  quarantineKey: null,
  payload: { id: wooCustomerId },
  error: null,
});

export const firstPage: SavedPage = {
  walk: beginWalk(100),
  walkAhead: 1,
  total: null,
  budget: null,
  nextRequests: 0,
};

/** Adds lines to a run as a page of its walk. */
export function addPage(
  sql: Sql,
  { orgId, queueId }: TestRun,
  before: number,
  lines: readonly NewLine[],
): Promise<number> {
  return insertLines(sql, orgId, queueId, before, new Date('2026-01-01T00:00:00Z'), lines);
}
