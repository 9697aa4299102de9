import { readFile } from 'node:fs/promises';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import type { Stack } from '@mantis-sync/test/start-stack.ts';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { openPage } from './open-page.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Customers in a browser: skipped, no Chromium is installed');

const zoe = 20;
const gone = 30;

describe.skipIf(!chromiumPath)('customers, in a real browser on the real stack', () => {
  let sim: WooSim;
  let outlet: WooSim;

  beforeAll(async () => {
    sim = await createWooSim({ customers: 130, staff: true });
    outlet = await createWooSim({ customers: 3 });
    sim.customers.update(zoe, {
      first_name: 'Zoé',
      last_name: 'Müller',
      email: 'zoe@shop.test',
      username: 'lonelylogin',
      billing: {
        company: 'Käse & Söhne',
        city: 'Zürich',
        country: 'CH',
        phone: '+41 79 123 45 67',
      },
    });
  });
  afterAll(() => Promise.all([sim?.close(), outlet?.close()]));

  async function connect(stack: Stack, name: string, shop: WooSim): Promise<string> {
    const { url, defaultCredentials } = shop;
    return (await stack.stores.connect(stack.caller, { name, url, ...defaultCredentials })).id;
  }

  /** @returns the run, at its end */
  async function sync(stack: Stack, storeId: string, kind: 'full' | 'reconcile'): Promise<string> {
    const { run } = await stack.sync.start(stack.caller, { storeId, kind });
    const stateOf = async () => (await stack.sync.status(stack.caller, run)).state;
    await expect.poll(stateOf).toBe('done');
    return run.runId;
  }

  const field = (page: Page) => page.getByRole('searchbox', { name: 'Find customers' });
  const rows = (page: Page) => page.locator('tbody tr');
  const namesOf = (page: Page) => rows(page).locator('[data-row]').allInnerTexts();
  const numbersOf = async (page: Page) =>
    (await rows(page).getByRole('rowheader').allInnerTexts()).map((text) =>
      Number(/#(\d+)/.exec(text)?.[1]),
    );
  const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
  const found = (page: Page, names: string[]) => expect.poll(() => namesOf(page)).toEqual(names);

  const marked = (page: Page, texts: string[]) =>
    expect
      .poll(() => rows(page).locator('mark').filter({ visible: true }).allInnerTexts())
      .toEqual(texts);

  test('customers are searched while typing, shown with their history, and exported', async ({
    db,
    context,
    stack,
  }) => {
    const { page, problems } = await openPage(context, stack, 'Connect your first store');
    await page.keyboard.type('gc');
    await page.getByRole('heading', { name: 'No stores yet' }).waitFor();

    const shop = await connect(stack, 'Main shop', sim);
    await page.reload();
    await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
    const firstRun = await sync(stack, shop, 'full');
    await sync(stack, await connect(stack, 'Outlet', outlet), 'full');
    await page.reload();
    await page.getByText('136 customers', { exact: true }).waitFor();
    expect(await rows(page).count()).toBe(50);

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
    await page.keyboard.press('Escape');

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

    // Every filter is in the URL: after a reload, after going back, and when removed.
    await field(page).fill('');
    await page.getByLabel('Role').selectOption({ label: 'Shop manager' });
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByLabel('Store').selectOption('Main shop');
    await page.getByRole('button', { name: 'Customer', exact: true }).click();
    const address = { role: 'shop_manager', store: shop, sort: 'name' };
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
    await expect.poll(() => searchOf(page)).toEqual({ role: 'shop_manager', store: shop });
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
    await page.waitForURL(`**/customers/${shop}/${zoe}`);
    await page.goBack();
    await found(page, ['Zoé Müller']);
    expect(await field(page).inputValue()).toBe('zoe mü');
    await page.goForward();

    // One customer, and how it changes while it is viewed.
    await page.getByRole('heading', { name: 'Zoé Müller', level: 1 }).waitFor();
    expect(await page.title()).toBe('Customer · Mantis Sync');
    const history = page.getByRole('list', { name: 'Changes, newest first' });
    await history.getByText('First synced by a full sync').waitFor();
    sim.customers.update(zoe, { billing: { city: 'Bern' } });
    sim.customers.delete(gone);
    const secondRun = await sync(stack, shop, 'reconcile');
    const change = history.getByRole('listitem').filter({ hasText: 'Changed by a reconcile' });
    await change.getByRole('row', { name: 'Billing city Zürich Bern' }).waitFor();
    await page.locator('address').getByText('Bern').waitFor();
    await change.getByRole('link', { name: 'a reconcile' }).click();
    await page.waitForURL(`**/runs/${secondRun}`);
    await page.goto(`${stack.url}/runs/${firstRun}?lines=all&customer=${gone}`);
    await page.getByRole('link', { name: `Open the page of #${gone}` }).click();
    await page.getByText('This customer was deleted in the store').waitFor();
    await history.getByText('Deleted by a reconcile').waitFor();

    // The rest by cursor; a deleted run is not a link.
    await db.admin.query(
      `insert into customer_change (org_id, store_id, woo_id, kind, source, queue_id, changes)
       select org_id, store_id, woo_id, 'updated', 'webhook', gen_random_uuid(),
              jsonb_build_array(jsonb_build_object('field', 'role', 'from', n - 1, 'to', n))
         from customer, generate_series(1, 30) n where store_id = $1 and woo_id = $2`,
      [shop, gone],
    );
    await page.reload();
    const entries = history.locator('> li');
    await expect.poll(() => entries.count()).toBe(25);
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => entries.count()).toBe(32);
    await history.getByText('First synced by a full sync').waitFor();
    expect(await history.getByRole('link', { name: 'a webhook' }).count()).toBe(0);
    await page.goto(`${stack.url}/customers/${shop}/99999`);
    await page.getByRole('heading', { name: 'Customer not found' }).waitFor();

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
    expect(searchOf(page)).toEqual({ q: 'example.com', store: shop, status: 'all' });
    const exact = await exported(page, 'Exact data (CSV)');
    const guarded = await exported(page, 'For spreadsheets (CSV without formulas)');
    expect(guarded.startsWith('\uFEFF')).toBe(true);
    expect(guarded.slice(1).replaceAll(/'(?=[=+\-@])/g, '')).toBe(exact);
    const inFile = [...exact.matchAll(new RegExp(`^Main shop,${shop},(\\d+),`, 'gm'))];
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
