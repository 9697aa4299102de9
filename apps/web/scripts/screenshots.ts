import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrate, startEmbeddedPostgres } from '@mantis-sync/db';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../test/open-browser.ts';
import { startStack, type Stack } from '../test/start-stack.ts';

const out = resolve(import.meta.dirname, '../../../docs/screenshots');
/** As slow as a shop that is busy, so that there is time to look. */
const slowStore = { bootMs: 200, perCustomerMs: 18, workers: 2 };

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-screenshots-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  await migrate({ url: postgres.url });
  const stack = await startStack(postgres.url, { maxRetries: 1, retryBaseMs: 100 });
  const browser = await openBrowser();
  const sims = await startStores();
  try {
    await mkdir(out, { recursive: true });
    await takeAll(stack, browser, sims);
  } finally {
    await browser.close();
    await stack.close();
    await Promise.all(Object.values(sims).map((sim) => sim.close()));
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function startStores() {
  const [main, outlet, wholesale] = await Promise.all([
    createWooSim({ customers: 1_600, latency: slowStore, seed: 7 }),
    createWooSim({ customers: 240, seed: 11 }),
    createWooSim({ customers: 60, seed: 13 }),
  ]);
  main.faults.add(
    { fault: { kind: 'patch-row', ids: [112, 230, 371], set: { billing: 'none' } } },
    { fault: { kind: 'patch-row', ids: [45], set: { shipping: 'none' } } },
  );
  return { main, outlet, wholesale };
}

async function takeAll(
  stack: Stack,
  browser: Browser,
  { main, outlet, wholesale }: Record<'main' | 'outlet' | 'wholesale', WooSim>,
): Promise<void> {
  const connect = (name: string, sim: WooSim) =>
    stack.stores.connect(stack.caller, { name, url: sim.url, ...sim.defaultCredentials });
  const outletStore = await connect('Outlet', outlet);
  const wholesaleStore = await connect('Wholesale', wholesale);
  const mainStore = await connect('Main shop', main);
  const { run: first } = await stack.sync.start(stack.caller, { storeId: outletStore.id });
  wholesale.keys.length = 0;
  const { run: refused } = await stack.sync.start(stack.caller, { storeId: wholesaleStore.id });

  // Without motion nothing is half way between two colours.
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  await page.goto(await stack.signInLink());
  await open(page, stack, first.queueId, 'Done');
  await open(page, stack, refused.queueId, 'This run needs a decision');
  const { run } = await stack.sync.start(stack.caller, { storeId: mainStore.id });
  await open(page, stack, run.queueId, /^(2[5-9]|3\d) ?%$/);
  await page.screenshot({ path: join(out, 'run-light.png') });

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: join(out, 'run-dark.png') });
  await page.emulateMedia({ colorScheme: 'light' });

  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(out, 'run-phone.png') });

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${stack.url}/stores`);
  await page.getByText('Main shop').waitFor();
  await page.screenshot({ path: join(out, 'stores.png') });

  await page.goto(`${stack.url}/settings`);
  await page.getByText('(you)', { exact: false }).waitFor();
  await page.screenshot({ path: join(out, 'settings.png') });

  await page.goto(`${stack.url}/stores?dialog=connection&store=${wholesaleStore.id}`);
  await page.getByRole('dialog').getByText('The store does not know').waitFor();
  await page.screenshot({ path: join(out, 'connection.png') });

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${stack.url}/stores?dialog=schedules&store=${mainStore.id}`);
  await page.getByText('Next:').first().waitFor();
  await page.screenshot({ path: join(out, 'schedules-phone.png') });
}

async function open(page: Page, stack: Stack, queueId: string, text: string | RegExp) {
  await page.goto(`${stack.url}/runs/${queueId}`);
  await page.getByText(text).first().waitFor({ timeout: 60_000 });
}
