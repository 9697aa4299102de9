import { momentOf } from '../src/domain/choose-answer.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { mergeRunSettings, type RunSettingsOverrides } from '../src/domain/run-settings.ts';
import { beginWalk } from '../src/domain/walk.ts';
import type { DiscoveryLease, SavedPage } from '../src/sql/discovery.ts';
import { insertLines, type NewLine } from '../src/sql/lines.ts';
import { insertRun } from '../src/sql/runs.ts';
import { insertStore } from '../src/sql/stores.ts';
import { parseKeyring } from '../src/stores/keyring.ts';
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

/** A store at an address; its keys are those of woo-sim by default. */
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
        restPrefix: 'wp-json',
        home: null,
        total: null,
        warnings: [],
      },
      keys: {
        webLogin: null,
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
  runId: string;
}

export interface RunOptions {
  /** A new one by default. */
  orgId?: string;
  settings?: RunSettingsOverrides;
  /** Of its store. */
  url?: string | undefined;
}

/** A run of a new store, as `start` creates it. */
export async function createRun(
  db: TestDatabase,
  { orgId, settings = {}, url }: RunOptions = {},
): Promise<TestRun> {
  const org = orgId ?? (await createOrg(db));
  const storeId = await createStore(db, org, { url });
  const runId = await db.database.withOrg(org, (sql) =>
    insertRun(sql, {
      orgId: org,
      storeId,
      kind: 'full',
      idempotencyKey: null,
      requestHash: Buffer.alloc(32),
      actor: { type: 'user', id: 'u1', name: 'Ada' },
      settings: mergeRunSettings(settings),
    }),
  );
  return { orgId: org, storeId, runId: runId! };
}

export function leaseOf(run: TestRun, workerId = 'worker-1'): DiscoveryLease {
  return { runId: run.runId, workerId, token: randomUUID(), leaseMs: MINUTE_MS };
}

export const newLine = (wooCustomerId: number): NewLine => ({
  wooCustomerId,
  unidentifiedRowKey: null,
  payload: { id: wooCustomerId },
  error: null,
});

export const firstPage: SavedPage = {
  walk: beginWalk(100),
  prefetchPages: 1,
  stepCursor: {},
  total: null,
  budget: null,
  nextRequests: 0,
};

/** Adds lines to a run as a page of its walk. */
export function addPage(
  sql: Sql,
  { orgId, runId }: TestRun,
  before: number,
  lines: readonly NewLine[],
): Promise<number> {
  return insertLines(sql, orgId, runId, before, momentOf(Date.UTC(2026, 0, 1)), lines);
}
