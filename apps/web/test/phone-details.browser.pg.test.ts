import { until } from '@mantis-sync/test/until.ts';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { copyStores } from './copy-stores.ts';
import { chromiumPath } from './open-browser.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Dashboard on a phone: skipped, no Chromium is installed');

const phone = { width: 390, height: 844 };

/** Everything that can be pressed or filled is inside the window, and nothing makes the page wider. */
async function expectAllInWindow(page: Page): Promise<void> {
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll('button, a, select, input, textarea')]
      // Tabs, states and the navigation are scrolled sideways.
      .filter((element) => element.checkVisibility() && !element.closest('nav, .overflow-x-auto'))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > window.innerWidth);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect([page.url(), outside]).toEqual([page.url(), []]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
}

describe.skipIf(!chromiumPath)('the dashboard on a phone, in a real browser', () => {
  let sim: WooSim;
  let storeId: string;
  let runId: string;

  test.beforeAll(async ({ stack }) => {
    sim = await createWooSim({ customers: 60 });
    sim.faults.add({ fault: { kind: 'patch-row', ids: [5], remove: ['email', 'username'] } });
    ({ id: storeId } = await stack.stores.connect(stack.caller, {
      name: 'Main shop',
      url: sim.url,
      ...sim.defaultCredentials,
    }));
    const { run } = await stack.sync.start(stack.caller, { storeId });
    ({ runId } = run);
    const stateOf = async () => (await stack.sync.status(stack.caller, run)).state;
    await until('a run with a failed customer', async () => (await stateOf()) === 'partial');
  });
  afterAll(() => sim?.close());

  test('the command menu opens from the menu of the account, and the focus returns there', async ({
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.setViewportSize(phone);
    const account = page.getByRole('button', { name: /^Account of/ });
    const field = page.getByRole('combobox', { name: 'Search pages' });
    const open = async () => {
      await account.click();
      await page.getByRole('menuitem', { name: 'Command menu' }).click();
      await field.waitFor();
    };
    await open();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await expect.poll(() => account.evaluate((one) => one === document.activeElement)).toBe(true);
    await open();
    await field.fill('start main');
    await page.getByRole('option', { name: 'Start a run of Main shop' }).click();
    await page.getByRole('dialog', { name: 'Start a run of Main shop' }).waitFor();
    await expectAllInWindow(page);
    expect(problems).toEqual([]);
  });

  test('a run is retried, a customer is looked at, and lists show who started a run', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.setViewportSize(phone);
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    const row = page.getByRole('row').filter({ hasText: '59 synced, 1 failed' });
    await row.getByText('Demo', { exact: true }).waitFor();
    await expectAllInWindow(page);
    await row.getByRole('link', { name: 'Full sync' }).click();
    await page.getByText('Email: expected an email or a username').first().waitFor();
    await page.getByText('Received: nothing (the field is missing)').waitFor();
    await expectAllInWindow(page);
    await page.getByRole('button', { name: '#5', exact: true }).click();
    await page.getByRole('dialog', { name: 'Customer #5' }).getByText('What to do').waitFor();
    await expectAllInWindow(page);
    await page.getByRole('button', { name: 'Close' }).click();
    // What the numbers mean is there without a mouse.
    for (const note of ['each retry starts another', 'after 3, the run asks for a decision'])
      await page.getByText(note).waitFor();
    sim.faults.clear();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Retry the failed customers?' });
    await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByTestId('percent').filter({ hasText: '100%' }).waitFor();
    await until('the end of the run', async () => {
      const { state } = await stack.sync.status(stack.caller, { runId });
      return state === 'done';
    });
    expect(problems).toEqual([]);
  });

  test('of many stores each can be started from its row', async ({ db, stack, signIn }) => {
    const { page, problems } = await signIn();
    await page.setViewportSize(phone);
    await copyStores(db.admin, storeId, 9);
    await page.reload();
    const row = page.getByRole('row').filter({ hasText: 'Main shop' });
    await row.getByRole('button', { name: 'Actions for Main shop' }).click();
    await page.getByRole('menuitem', { name: 'Start run…' }).click();
    await page.getByRole('dialog', { name: 'Start a run of Main shop' }).waitFor();
    await expectAllInWindow(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Needs attention/ }).click();
    await page.getByRole('row').filter({ hasText: 'Copy 3' }).waitFor();
    await expectAllInWindow(page);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitemradio', { name: 'Compact rows' }).click();
    for (const path of ['stores', 'runs', 'customers']) {
      await page.goto(`${stack.url}/${path}`);
      await page.getByRole('row').nth(1).waitFor();
      await expectAllInWindow(page);
    }
    await db.admin.query(`delete from woo_store where org_id = $1 and name like 'Copy %'`, [
      stack.caller.orgId,
    ]);
    expect(problems).toEqual([]);
  });

  test('every tab, filter, menu and form fits', async ({ stack, signIn }) => {
    const { page, problems } = await signIn();
    await page.setViewportSize(phone);
    const store = `${stack.url}/stores/${storeId}`;
    for (const tab of ['webhooks', 'schedules', 'connection', 'activity', 'settings']) {
      await page.goto(`${store}?tab=${tab}`);
      const chosen = page.getByRole('navigation', { name: 'Store' }).locator('[aria-current=page]');
      await expect.poll(async () => (await chosen.innerText()).toLowerCase()).toBe(tab);
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
      await expectAllInWindow(page);
    }
    for (const dialog of ['start', 'pause', 'remove']) {
      await page.goto(`${store}?dialog=${dialog}`);
      await page.locator('[role=dialog], [role=alertdialog]').waitFor();
      await expectAllInWindow(page);
    }
    await page.goto(`${stack.url}/customers`);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Paying').selectOption('Paying');
    await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Exact data (CSV)' }).waitFor();
    await expectAllInWindow(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save view…' }).click();
    await page
      .getByRole('dialog')
      .getByLabel('Name')
      .fill('A long name of a view of the paying ones');
    await expectAllInWindow(page);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^View: A long name/ }).waitFor();
    await expectAllInWindow(page);
    for (const button of ['Invite', 'Create key', 'Add webhook', 'Change password']) {
      await page.goto(`${stack.url}/settings`);
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      await expectAllInWindow(page);
    }
    expect(problems).toEqual([]);
  });
});
