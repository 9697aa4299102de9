import type { WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  connect,
  field,
  found,
  historyOf,
  namesOf,
  openStores,
  rows,
  searchOf,
  sync,
  zoe,
} from './customers-pages.ts';
import { chromiumPath } from './open-browser.ts';
import { openPage, pressEscape } from './open-page.ts';
import { setRole } from './set-role.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Customers in a browser: skipped, no Chromium is installed');

const gone = 30;

describe.skipIf(!chromiumPath)('customers, in a real browser on the real stack', () => {
  let sim: WooSim;
  let outlet: WooSim;

  beforeAll(async () => {
    ({ sim, outlet } = await openStores());
  });
  afterAll(() => Promise.all([sim?.close(), outlet?.close()]));

  const marked = (page: Page, texts: string[]) =>
    expect
      .poll(() => rows(page).locator('mark').filter({ visible: true }).allInnerTexts())
      .toEqual(texts);

  test('customers are searched while typing, and shown with their history', async ({
    context,
    db,
    stack,
  }) => {
    const { page, problems } = await openPage(context, stack, 'Connect your first store');
    await page.keyboard.type('gc');
    await page.getByRole('heading', { name: 'No stores yet' }).waitFor();
    // Only who may connect a store is led there.
    const toConnect = page.getByRole('link', { name: 'Connect store' });
    expect(await toConnect.count()).toBe(1);
    await setRole(db, stack, 'viewer');
    await page.reload();
    await page.getByText('You have read-only access.', { exact: false }).waitFor();
    await page.getByRole('heading', { name: 'No stores yet' }).waitFor();
    expect(await toConnect.count()).toBe(0);
    await setRole(db, stack, 'owner');

    const storeId = await connect(stack, 'Main shop', sim);
    await page.reload();
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
    const firstRun = await sync(stack, storeId, 'full');
    await sync(stack, await connect(stack, 'Outlet', outlet), 'full');
    await page.reload();
    await page.getByText('136 customers', { exact: true }).waitFor();
    expect(await rows(page).count()).toBe(50);

    // While typing, by any known detail; matches are highlighted.
    await page.keyboard.press('/');
    // Slowly enough that the search runs while more is typed.
    await page.keyboard.type('zoe mul', { delay: 230 });
    await found(page, ['Zoé Müller']);
    expect(await field(page).inputValue()).toBe('zoe mul');
    await marked(page, ['Zoé', 'Mül', 'zoe']);
    expect(searchOf(page)).toEqual({ q: 'zoe mul' });
    for (const [q, match] of [
      ['ZOE@SHOP', 'zoe@shop'],
      ['kase', 'Käse'],
      ['079 123 45 67', '79 123 45 67'],
      ['lonelyl', 'lonelyl'],
      [`#${zoe}`, `#${zoe}`],
    ] as const) {
      await field(page).fill(q);
      await marked(page, [match]);
      expect(await namesOf(page)).toEqual(['Zoé Müller']);
    }

    await field(page).fill('zoe mueller');
    await found(page, ['Zoé Müller']);
    await marked(page, ['Zoé', 'Müller', 'zoe']);

    // One typing error: the intended word is suggested.
    await field(page).fill('zoe mulelr');
    await page.getByText('Did you mean zoe Müller?').waitFor();
    await page.getByRole('link', { name: 'zoe Müller' }).click();
    await found(page, ['Zoé Müller']);
    expect(await field(page).inputValue()).toBe('zoe Müller');

    // The command menu knows customers by name too.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search pages' }).fill('mueller zoe');
    await page.getByRole('option', { name: 'Zoé Müller, zoe@shop.test' }).waitFor();
    await pressEscape(page.getByRole('combobox', { name: 'Search pages' }));

    await field(page).fill('zoe mü');
    await found(page, ['Zoé Müller']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/customers/${storeId}/${zoe}`);

    // One customer, and how it changes while it is viewed.
    await page.getByRole('heading', { name: 'Zoé Müller', level: 1 }).waitFor();
    expect(await page.title()).toBe('Customer · Mantis Sync');
    const history = historyOf(page);
    await history.getByText('First synced by a full sync').waitFor();
    sim.customers.update(zoe, { billing: { city: 'Bern' } });
    sim.customers.delete(gone);
    const secondRun = await sync(stack, storeId, 'reconcile');
    const change = history.getByRole('listitem').filter({ hasText: 'Changed by a reconcile' });
    await change.getByRole('row', { name: 'Billing city Zürich Bern' }).waitFor();
    await page.locator('address').getByText('Bern').waitFor();
    await change.getByRole('link', { name: 'a reconcile' }).click();
    await page.waitForURL(`**/runs/${secondRun}`);
    await page.goto(`${stack.url}/runs/${firstRun}?lines=all&q=${gone}`);
    await page.getByRole('link', { name: `Open the page of #${gone}` }).click();
    await page.getByText('This customer was deleted in the store').waitFor();
    await history.getByText('Deleted by a reconcile').waitFor();
    expect(problems).toEqual([]);
  });
});
