import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createDatabase } from '@mantis-sync/db';
import { parseKeyring } from '@mantis-sync/sync-core';
import type { Page } from 'playwright-core';
import type { Stack } from '../../test/support/start-stack.ts';
import { addFleetStore } from './add-fleet-store.ts';
import type { FleetStores } from './fleet.ts';
import { startProgram } from './stage.ts';
import type { Watchers } from './watchers.ts';

/** The API allows fifty streams of one key. */
const STREAMS_PER_KEY = 50;

/**
 * Opens streams of a run beside the page's own, as other people's pages do.
 *
 * @param page a page whose person may create keys
 * @returns ends the streams
 */
export async function watchBeside(page: Page, runId: string, count: number): Promise<() => void> {
  if (count === 0) return () => {};
  const { origin } = new URL(page.url());
  const input = encodeURIComponent(JSON.stringify({ runId }));
  const keys: string[] = [];
  while (keys.length < count) {
    const created = await page.request.post(`${origin}/trpc/key.create`, {
      data: { name: `watchers ${keys.length}`, scopes: ['read'] },
    });
    const { key } = (await created.json()).result.data;
    const streams = Math.min(STREAMS_PER_KEY, count - keys.length);
    keys.push(...Array.from({ length: streams }, () => key));
  }
  const watchers: Watchers = { url: `${origin}/trpc/sync.watch?input=${input}`, keys };
  const program = await startProgram('./watchers.ts', { WATCHERS: JSON.stringify(watchers) });
  return () => program.kill();
}

/** Starts full runs of other stores of the organisation. @returns ends their stores */
export async function runBeside(
  stack: Stack,
  databaseUrl: string,
  { runs, customers }: { runs: number; customers: number },
): Promise<() => void> {
  if (runs === 0) return () => {};
  const fleet: FleetStores = { stores: runs, customers, slow: 0, down: 0 };
  const stores = await startProgram('./fleet-stores.ts', { FLEET: JSON.stringify(fleet) });
  stores.send('urls');
  const [urls = []]: string[][] = await once(stores, 'message');
  const database = createDatabase({ url: databaseUrl, max: 1 });
  const keyring = parseKeyring(stack.secretKeys);
  const { orgId } = stack.caller;
  for (const [index, url] of urls.entries()) {
    const owner = { orgId, storeId: randomUUID() };
    await database.withOrg(orgId, (sql) =>
      addFleetStore(sql, keyring, { ...owner, name: `Store ${index}`, url }),
    );
    await stack.sync.start(stack.caller, { storeId: owner.storeId });
  }
  await database.close();
  return () => stores.kill();
}
