import { createDatabase, type Database } from '@mantis-sync/db';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { parseCustomer } from '../../packages/sync-core/src/domain/customer-mapping.ts';
import {
  type CustomerVersion,
  upsertCustomers,
} from '../../packages/sync-core/src/sql/customers.ts';
import { createWooClient } from '../../packages/sync-core/src/woo/create-woo-client.ts';
import type { CustomerPage } from '../../packages/sync-core/src/woo/customer-page.ts';
import { createSafeDispatcher } from '../../packages/sync-core/src/woo/safe-connect.ts';
import { contentHash } from '../../packages/sync-core/src/worker/processing/content-hash.ts';
import type { LoopInput, Way } from './measure.ts';

/** The loops that Mantis Sync is measured against. Started by measure.ts, as a process of its own. */

const PAGE_SIZE = 100;
const input = JSON.parse(process.env['LOOP'] ?? '{}') as LoopInput;
const way = process.env['WAY'] as Way;
const database = createDatabase({ url: input.databaseUrl, max: 2 });
const client = createWooClient({
  baseUrl: input.storeUrl,
  authMode: 'oauth1',
  routeStyle: 'pretty',
  credentials: defaultCredentials,
  dispatcher: createSafeDispatcher({ allowHosts: [new URL(input.storeUrl).host] }),
});

process.once('message', () => void main());
process.send?.('ready');

async function main(): Promise<void> {
  const startedAt = performance.now();
  for (let offset = 0; ; offset += PAGE_SIZE) {
    const page = await client.listCustomers({ offset, perPage: PAGE_SIZE });
    if (page.rows.length === 0) break;
    if (way === 'floor') await store(database, toVersions(page));
    if (way === 'naive') for (const version of toVersions(page)) await store(database, [version]);
  }
  process.send?.({ seconds: (performance.now() - startedAt) / 1000 });
}

function toVersions(page: CustomerPage): CustomerVersion[] {
  const fetchedAt = page.storeDate ?? new Date();
  return page.rows.flatMap((row) => {
    const parsed = parseCustomer(row);
    return parsed.ok
      ? [
          {
            customer: parsed.customer,
            contentHash: contentHash(parsed.customer),
            fetchedAt,
            source: 'walk' as const,
          },
        ]
      : [];
  });
}

async function store(target: Database, versions: CustomerVersion[]): Promise<void> {
  const owner = { orgId: input.orgId, storeId: input.storeId, runId: input.storeId };
  await target.withOrg(input.orgId, (sql) => upsertCustomers(sql, owner, versions));
}
