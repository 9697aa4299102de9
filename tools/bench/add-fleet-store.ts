import type { Sql } from '@mantis-sync/db';
import type { parseKeyring } from '@mantis-sync/sync-core';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { insertStore } from '../../packages/sync-core/src/sql/stores.ts';

/** Adds a store of `fleet-stores.ts`, which answers lists but no probe, without trying it. */
export async function addFleetStore(
  sql: Sql,
  keyring: ReturnType<typeof parseKeyring>,
  { orgId, storeId, name, url }: { orgId: string; storeId: string; name: string; url: string },
): Promise<void> {
  const owner = { orgId, storeId };
  await insertStore(sql, {
    id: storeId,
    orgId,
    name,
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
      consumerKey: keyring.seal(defaultCredentials.consumerKey, {
        ...owner,
        field: 'consumer_key',
      }),
      consumerSecret: keyring.seal(defaultCredentials.consumerSecret, {
        ...owner,
        field: 'consumer_secret',
      }),
      hint: 'fleet',
    },
    settings: {},
  });
}
