import { readFile } from 'node:fs/promises';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import type { Stack } from '@mantis-sync/test/start-stack.ts';
import type { WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
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
import { pressEscape, untilFocused } from './open-page.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Customers in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('details of the customers’ pages, in a real browser', () => {
  let sim: WooSim;
  let outlet: WooSim;
  let storeId: string;

  test.beforeAll(async ({ stack }) => {
    ({ sim, outlet } = await openStores());
    storeId = await connect(stack, 'Main shop', sim);
    await sync(stack, storeId, 'full');
    await sync(stack, await connect(stack, 'Outlet', outlet), 'full');
  });
  afterAll(() => Promise.all([sim?.close(), outlet?.close()]));

  const numbersOf = async (page: Page) =>
    (await rows(page).getByRole('rowheader').allInnerTexts()).map((text) =>
      Number(/#(\d+)/.exec(text)?.[1]),
    );

  /** The list of all customers. */
  async function openList(stack: Stack, page: Page): Promise<void> {
    await page.goto(`${stack.url}/customers`);
    await page.getByText('136 customers', { exact: true }).waitFor();
  }

  test('columns are chosen, and results stay until the next ones arrive', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await openList(stack, page);

    // A column is hidden, which the browser keeps.
    const emails = page.getByRole('columnheader', { name: 'Email' });
    const choose = async () => {
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Email' }).click();
      await page.keyboard.press('Escape');
    };
    await choose();
    await emails.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('columnheader', { name: 'Customer' }).waitFor();
    expect(await emails.count()).toBe(0);
    await choose();
    await emails.waitFor();

    await field(page).fill('zoe mu');
    await found(page, ['Zoé Müller']);

    // Results stay until the next ones arrive; late responses are not shown.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const isHeld = page.waitForRequest(/customer\.search.*zuric/);
    await page.route(/customer\.search.*zuric(?!h)/, async (route) => {
      await held;
      // It may have been aborted by now.
      await route.continue().catch(() => undefined);
    });
    await field(page).fill('zuric');
    await isHeld;
    expect(await namesOf(page)).toEqual(['Zoé Müller']);
    await page.locator('[aria-busy="true"] tbody').waitFor();
    await field(page).fill('qqq');
    await page.getByRole('heading', { name: 'No customers match these filters' }).waitFor();
    await page.getByText('One or two letters match only the start').waitFor();
    release();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('heading', { name: 'No customers match these filters' }).waitFor();
    await field(page).fill('zurich');
    await found(page, ['Zoé Müller']);
    expect(problems).toEqual([]);
  });

  test('filters are in the address, and the list works by keyboard alone', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await openList(stack, page);

    // Every filter is in the URL: after a reload, after going back, and when removed.
    await page.getByLabel('Role').selectOption({ label: 'Shop manager' });
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByLabel('Store').selectOption('Main shop');
    await page.getByRole('button', { name: 'Customer', exact: true }).click();
    const address = { role: 'shop_manager', store: storeId, sort: 'name' };
    await expect.poll(() => searchOf(page)).toEqual(address);
    // A second click on the same heading reverses the order.
    const sorted = page.getByRole('columnheader', { name: 'Customer', exact: true });
    expect(await sorted.getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Customer', exact: true }).click();
    await expect.poll(() => sorted.getAttribute('aria-sort')).toBe('descending');
    expect(searchOf(page)).toEqual({ ...address, sort: 'name_desc' });
    await page.goBack();
    await expect.poll(() => searchOf(page)).toEqual(address);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(await page.getByLabel('Role').inputValue()).toBe('shop_manager');
    await page.goBack();
    await expect.poll(() => searchOf(page)).toEqual({ role: 'shop_manager', store: storeId });
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('136 customers', { exact: true }).waitFor();

    // By keyboard only, forward and back.
    await field(page).fill('shop.test');
    await found(page, ['Zoé Müller']);
    await field(page).fill('example.org');
    await expect.poll(() => rows(page).locator('mark').first().innerText()).toBe('example.org');
    const [first, second] = await namesOf(page);
    const focused = page.locator('[data-row]:focus');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused.innerText()).toBe(first);
    await page.keyboard.press('j');
    await expect.poll(() => focused.innerText()).toBe(second);
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowUp');
    expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true);
    await field(page).fill('zoe mü');
    await found(page, ['Zoé Müller']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/customers/${storeId}/${zoe}`);
    await page.goBack();
    await found(page, ['Zoé Müller']);
    expect(await field(page).inputValue()).toBe('zoe mü');
    await page.goForward();
    await page.getByRole('heading', { name: 'Zoé Müller', level: 1 }).waitFor();
    expect(problems).toEqual([]);
  });

  test('filters and order are saved as a view, chosen, replaced, renamed and deleted, and the focus returns', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await openList(stack, page);
    const views = (name: string) => page.getByRole('button', { name, exact: true });
    const choose = async (from: string, item: string) => {
      await views(from).click();
      await page.getByRole('menu').getByText(item, { exact: true }).click();
    };
    const managers = { role: 'shop_manager', sort: 'name' };

    // By keyboard alone. The address says which view is shown, so a reload does too.
    await page.getByLabel('Role').selectOption({ label: 'Shop manager' });
    await page.getByRole('button', { name: 'Customer', exact: true }).click();
    await expect.poll(() => searchOf(page)).toEqual(managers);
    await views('Views').focus();
    await page.keyboard.press('Enter');
    await untilFocused(page.getByRole('menu'));
    await page.keyboard.press('End');
    await untilFocused(page.getByRole('menuitem', { name: 'Save view…' }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await pressEscape(dialog);
    await untilFocused(views('Views'));
    await page.keyboard.press('Enter');
    await untilFocused(page.getByRole('menu'));
    await page.keyboard.press('End');
    await untilFocused(page.getByRole('menuitem', { name: 'Save view…' }));
    await page.keyboard.press('Enter');
    await untilFocused(dialog);
    await page.keyboard.type('Managers');
    await page.keyboard.press('Enter');
    await untilFocused(views('View: Managers'));
    await page.reload();
    await views('View: Managers').waitFor();

    await choose('View: Managers', 'All customers');
    await page.getByText('136 customers', { exact: true }).waitFor();
    expect(searchOf(page)).toEqual({});
    await choose('Views', 'Managers');
    await expect.poll(() => searchOf(page)).toEqual(managers);

    // The name of another view replaces it.
    await page.getByLabel('Paying').selectOption('Paying');
    await choose('Views', 'Save view…');
    await dialog.getByLabel('Name').fill('Managers');
    await dialog.getByRole('button', { name: 'Replace view' }).click();
    await untilFocused(views('View: Managers'));
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await choose('Views', 'Managers');
    await expect.poll(() => searchOf(page)).toEqual({ ...managers, paying: 'true' });

    await choose('View: Managers', 'Rename view…');
    await page.getByRole('dialog', { name: 'Rename view' }).getByLabel('Name').fill('Buyers');
    await page.keyboard.press('Enter');
    await untilFocused(views('View: Buyers'));
    await choose('View: Buyers', 'Delete view');
    await untilFocused(views('Views'));
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('menuitemradio').allInnerTexts())
      .toEqual(['All customers']);
    expect(problems).toEqual([]);
  });

  test('a long history is loaded in parts, and a customer without one is not found', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();

    // The rest by cursor; a deleted run is not a link.
    await db.admin.query(
      `insert into customer_change (org_id, store_id, woo_id, kind, source, queue_id, changes)
       select org_id, store_id, woo_id, 'updated', 'webhook', gen_random_uuid(),
              jsonb_build_array(jsonb_build_object('field', 'role', 'from', n - 1, 'to', n))
         from customer, generate_series(1, 30) n where store_id = $1 and woo_id = $2`,
      [storeId, zoe],
    );
    await page.goto(`${stack.url}/customers/${storeId}/${zoe}`);
    const history = historyOf(page);
    const entries = history.locator('> li');
    await expect.poll(() => entries.count()).toBe(25);
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => entries.count()).toBe(31);
    await history.getByText('First synced by a full sync').waitFor();
    expect(await history.getByRole('link', { name: 'a webhook' }).count()).toBe(0);
    await page.goto(`${stack.url}/customers/${storeId}/99999`);
    await page.getByRole('heading', { name: 'Customer not found' }).waitFor();
    expect(problems).toEqual([]);
  });

  test('one customer is read again from the store, and the page shows the change', async ({
    stack,
    signIn,
  }) => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    sim.faults.add({ customerId: zoe, fault: { kind: 'hook', run: () => held } });
    const { page, problems } = await signIn();
    await page.goto(`${stack.url}/customers/${storeId}/${zoe}`);
    await page.getByRole('heading', { name: 'Zoé Müller', level: 1 }).waitFor();
    sim.customers.update(zoe, { billing: { city: 'Basel' } });
    await page.getByRole('button', { name: 'Refresh from store' }).click();
    await page.getByText('Reading the customer from the store.').waitFor();

    // The run of webhooks has no end to move towards, so the list shows no progress of it.
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    const run = page.getByRole('row', { name: /Webhook changes/ });
    await run.getByText('0 synced').waitFor();
    expect(await run.getByRole('progressbar').count()).toBe(0);
    expect(await run.innerText()).not.toContain('%');
    await page.goBack();
    release();
    await page.locator('address').getByText('Basel').waitFor();
    expect(problems).toEqual([]);
  });

  test('all that match are exported, and found far down a long list', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    sim.customers.delete(30);
    await sync(stack, storeId, 'reconcile');

    // From a store to its customers; the file contains all that match the filters, loaded or not.
    await page.goto(`${stack.url}/stores`);
    await page
      .getByRole('article')
      .filter({ hasText: 'Main shop' })
      .getByRole('link', { name: 'Customers' })
      .click();
    await page.getByText('132 customers', { exact: true }).waitFor();
    await page.getByLabel('Status').selectOption({ label: 'Active and deleted' });
    await field(page).fill('example.com');
    await rows(page).locator('mark').filter({ visible: true }).first().waitFor();
    await expect.poll(() => rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
    const shown = await numbersOf(page);
    expect(shown.length).toBeGreaterThan(50);
    expect(await page.getByRole('status').filter({ hasText: 'customers' }).innerText()).toBe(
      `${shown.length} customers`,
    );
    expect(searchOf(page)).toEqual({ q: 'example.com', store: storeId, status: 'all' });
    const exact = await exported(page, 'Exact data (CSV)');
    const guarded = await exported(page, 'For spreadsheets (CSV without formulas)');
    expect(guarded.startsWith('\uFEFF')).toBe(true);
    expect(guarded.slice(1).replaceAll(/'(?=[=+\-@])/g, '')).toBe(exact);
    const inFile = [...exact.matchAll(new RegExp(`^Main shop,${storeId},(\\d+),`, 'gm'))];
    expect(exact.trim().split('\r\n')).toHaveLength(shown.length + 1);
    expect(new Set(inFile.map(([, number]) => Number(number)))).toEqual(new Set(shown));

    // A customer far down a long list is found by loading further pages automatically.
    const { rows: paying } = await db.admin.query(
      `select woo_id from customer where is_paying_customer and deleted_at is null and org_id = $1`,
      [stack.caller.orgId],
    );
    expect(paying.length).toBeGreaterThan(2);
    await addNewer(db, stack, 7_000);
    const searches: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('customer.search')) searches.push(request.url());
    });
    await page.goto(`${stack.url}/customers?paying=true`);
    await page.getByText(`${paying.length} customers`, { exact: true }).waitFor();
    expect(await rows(page).count()).toBe(paying.length);
    expect(searches).toHaveLength(3);
    expect(problems).toEqual([]);
  });

  /** Customers who never paid, and changed after all others. */
  async function addNewer(db: TestDatabase, { caller }: Stack, count: number): Promise<void> {
    await db.admin.query(
      `insert into customer (org_id, store_id, woo_id, username, first_name, last_name, role, company, phone,
                             city, country, is_paying_customer, billing, shipping, meta_data, extra,
                             content_hash, fetched_at, updated_at)
       select org_id, id, 1000 + n, '', 'Later', 'N' || n, 'customer', '', '', '', 'CH', false, '{}', '{}', '[]',
              '{}', sha256('x'), now(), now() + make_interval(secs => n)
         from woo_store, generate_series(1, $1::integer) n where name = 'Outlet' and org_id = $2`,
      [count, caller.orgId],
    );
  }

  async function exported(page: Page, label: string): Promise<string> {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: label, exact: true }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^customers-\d{4}-\d\d-\d\d\.csv$/);
    return readFile(await file.path(), 'utf8');
  }
});
