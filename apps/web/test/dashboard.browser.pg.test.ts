import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { storeInput } from '@mantis-sync/test/store-input.ts';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { openPage, pressEscape, signInBrowser, untilFocused, watchPage } from './open-page.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Dashboard in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('the dashboard, in a real browser on the real stack', () => {
  let sim: WooSim;

  beforeAll(async () => {
    sim = await createWooSim({ customers: 230, latency: { bootMs: 200, perCustomerMs: 0 } });
  });
  afterAll(() => sim?.close());

  test('a signed-out user is sent to sign-in, and then to the requested page', async ({
    browser,
    stack,
  }) => {
    const { page } = await watchPage(browser);
    await page.goto(`${stack.url}/runs`);
    await page.getByRole('textbox', { name: 'Email' }).fill(stack.person.email);
    await page.getByLabel('Password').fill(stack.person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/runs');
  });

  test('a run is started, watched to its end in two browsers, retried, and forced done', async ({
    browser,
    stack,
    signIn,
  }) => {
    sim.faults.add({ fault: { kind: 'patch-row', ids: [5, 6, 7], remove: ['email', 'username'] } });
    const store = await stack.stores.connect(stack.caller, storeInput(sim, 'Main shop'));
    const { page, problems } = await signIn();
    await page.getByRole('button', { name: 'Start run' }).click();
    const kinds = page.getByRole('dialog', { name: 'Start a run of Main shop' });
    for (const kind of ['Full sync', 'Delta', 'Reconcile']) await kinds.getByText(kind).waitFor();
    await kinds.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    const other = await openPage(await signInBrowser(browser, stack), stack);
    await other.page.goto(page.url());

    for (const each of [page, other.page]) {
      await each.getByText('ended with 3 failed customers', { exact: false }).first().waitFor();
      await each.getByText('100%').first().waitFor();
    }
    const { items } = await stack.sync.list(stack.caller, { storeId: store.id, limit: 1 });
    expect(items[0]).toMatchObject({ state: 'partial', counts: { done: 227, failed: 3 } });

    await page.getByRole('button', { name: 'Retry', exact: true }).first().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Retry', exact: true }).click();
    await other.page.getByText('Round 2: 3 failed customers', { exact: false }).first().waitFor();
    await other.page.getByText('ended with 3 failed customers', { exact: false }).first().waitFor();

    await page.getByRole('button', { name: 'Force done' }).first().click();
    await page.getByRole('alertdialog').getByRole('textbox').fill('These three are test accounts.');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Force done' }).click();
    for (const each of [page, other.page]) {
      await each.getByText('These three are test accounts.', { exact: false }).first().waitFor();
    }
    expect([...problems, ...other.problems]).toEqual([]);
  });

  test('the connection of a store is checked, and each problem is shown with its fix', async ({
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page.getByRole('link', { name: 'Connection' }).click();
    await page.getByText('The keys are accepted', { exact: false }).waitFor();

    const revoked = sim.keys.splice(0);
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('The store does not know this consumer key.').first().waitFor();
    await page.getByText('Copy the key again', { exact: false }).waitFor();
    await page.getByTestId('health').getByText('does not know this consumer key').waitFor();
    await page.getByRole('link', { name: 'Stores', exact: true }).first().click();
    await page.getByRole('link', { name: 'The connection has a problem' }).click();

    sim.keys.push(...revoked);
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Customers can be read: 230 users.').waitFor();
    expect(problems).toEqual([]);
  });

  test('an owner invites, makes a key that is shown once, revokes it, and sets how long things are kept', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('(you)', { exact: false }).waitFor();

    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    const link = page.getByRole('dialog', { name: 'Copy the link now' });
    await link.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('list', { name: 'Invitations' }).getByText('ada@example.org').waitFor();
    await page.getByRole('button', { name: 'Cancel invitation of ada@example.org' }).click();
    await page.getByText('No pending invitations.').waitFor();

    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Warehouse');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const key = await page
      .getByRole('status')
      .filter({ hasText: /\S{20,}/ })
      .innerText();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke Warehouse' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No API keys yet.', { exact: false }).waitFor();

    await page.getByLabel('Keep finished runs', { exact: false }).fill('45');
    const retention = page.locator('form', {
      has: page.getByLabel('Keep finished runs', { exact: false }),
    });
    await retention.getByRole('button', { name: 'Save', exact: true }).click();
    await retention.getByText('Saved').waitFor();
    const settings = await db.admin.query(
      'select retention_days from organization_settings where org_id = $1',
      [stack.caller.orgId],
    );
    expect(settings.rows).toEqual([{ retention_days: 45 }]);
    expect(problems).toEqual([]);
  });

  test('runs are listed and filtered, and each leads to its page', async ({ signIn }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    const rows = page.locator('tbody tr');
    await rows.filter({ hasText: 'Main shop' }).first().waitFor();
    await page.getByLabel('State').selectOption({ label: 'Queued' });
    await page.getByText('No runs match these filters').waitFor();
    await page.getByRole('link', { name: 'Show all runs' }).click();
    await page.getByLabel('Kind').selectOption({ label: 'Full sync' });
    await expect.poll(() => new URL(page.url()).searchParams.get('kind')).toBe('full');
    await page.reload();
    await rows.first().getByRole('link', { name: 'Full sync' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { name: /Main shop/ }).waitFor();
    expect(problems).toEqual([]);
  });

  test('settings of a store are changed, and dialogs return the focus', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page
      .getByRole('navigation', { name: 'Store' })
      .getByRole('link', { name: 'Settings' })
      .click();
    await page.getByLabel('Users').selectOption('Users with another role');
    await page.getByLabel('Role').fill('wholesale');
    await page.getByLabel('Pace').selectOption('gentle');
    await page.getByLabel('Include guests').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved').waitFor();
    const [store] = await stack.stores.list(stack.caller);
    expect(store?.settings).toMatchObject({
      roleFilter: 'wholesale',
      pace: 'gentle',
      guests: 'on',
    });
    await page.reload();
    expect(await page.getByLabel('Role').inputValue()).toBe('wholesale');

    // By mouse and by keyboard; removing asks for the name.
    const remove = page.getByRole('button', { name: 'Remove store…' });
    const dialog = page.getByRole('alertdialog', { name: 'Remove Main shop?' });
    await remove.click();
    expect(await dialog.getByRole('button', { name: 'Remove store' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Main shop” to confirm').fill('Main shop');
    expect(await dialog.getByRole('button', { name: 'Remove store' }).isDisabled()).toBe(false);
    await pressEscape(dialog);
    await untilFocused(remove);
    await page.keyboard.press('Enter');
    await pressEscape(dialog);
    await untilFocused(remove);

    // From a menu, the focus returns to its button.
    await page.getByRole('link', { name: 'Stores', exact: true }).first().click();
    const menu = page.getByRole('button', { name: 'Actions for Main shop' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Pause…' }).click();
    await pressEscape(page.getByRole('alertdialog', { name: 'Pause Main shop?' }));
    await untilFocused(menu);
    expect(problems).toEqual([]);
  });

  test('unknown addresses keep the header and the navigation', async ({ stack, signIn }) => {
    const { page } = await signIn();
    for (const path of ['/nowhere/at/all', '/customers/x/y', '/stores/x', '/runs/x']) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading', { name: /not found/ }).waitFor();
      await page.getByRole('link', { name: 'Runs' }).waitFor();
      expect(await page.title()).not.toBe('Mantis Sync');
    }
  });
});
