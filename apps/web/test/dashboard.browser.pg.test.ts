import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser } from './open-browser.ts';
import { openPage } from './open-page.ts';
import { startStack, type Stack } from '@mantis-sync/test/start-stack.ts';

if (!chromiumPath) console.log('Dashboard in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('the dashboard, in a real browser on the real stack', () => {
  let db: TestDatabase;
  let sim: WooSim;
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    db = await createTestDatabase();
    sim = await createWooSim({ customers: 230, latency: { bootMs: 200, perCustomerMs: 0 } });
    stack = await startStack(db.url, { maxRetries: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await sim?.close();
    await db?.drop();
  });

  const signIn = () => openPage(browser, stack);

  test('a signed-out user is sent to sign-in, and then to the requested page', async () => {
    const page = await browser.newPage();
    await page.goto(`${stack.url}/runs`);
    await page.getByRole('textbox', { name: 'Email' }).fill(stack.person.email);
    await page.getByLabel('Password').fill(stack.person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/runs');
    await page.close();
  });

  test('a run is started, watched to its end in two browsers, retried, and forced done', async () => {
    sim.faults.add({ fault: { kind: 'patch-row', ids: [5, 6, 7], remove: ['email', 'username'] } });
    const store = await stack.stores.connect(stack.caller, {
      name: 'Main shop',
      url: sim.url,
      ...sim.defaultCredentials,
    });
    const { page, problems } = await signIn();
    await page.getByRole('button', { name: 'Start run' }).click();
    const kinds = page.getByRole('dialog', { name: 'Start a run of Main shop' });
    for (const kind of ['Full sync', 'Delta', 'Reconcile']) await kinds.getByText(kind).waitFor();
    await kinds.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    const other = await signIn();
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

  test('runs are filtered by starter and period, and each choice is a step back', async () => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    const run = page.getByRole('row', { name: /Full sync/ });
    await run.waitFor();
    await page.getByLabel('Started by').selectOption({ label: 'Schedule' });
    await page.getByText('No runs match these filters').waitFor();
    await page.getByLabel('Started by').selectOption({ label: 'A person' });
    await page.getByLabel('Period').selectOption({ label: 'Last 7 days' });
    await run.waitFor();
    expect(new URL(page.url()).search).toBe('?starter=user&days=7');
    await page.goBack();
    await page.goBack();
    await page.getByText('No runs match these filters').waitFor();
    await page.goBack();
    await run.waitFor();
    expect(problems).toEqual([]);
  });

  test('the connection of a store is checked, and each problem is shown with its fix', async () => {
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

  test('schedules are previewed before they are saved, changed and paused', async () => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page.getByRole('link', { name: 'Schedules' }).click();
    const delta = page.getByRole('form', { name: 'Delta' });
    await delta.getByLabel('Schedule (cron)').fill('61 * * * *');
    await delta.getByText('not a valid cron expression', { exact: false }).waitFor();
    await delta.getByLabel('Schedule (cron)').fill('*/5 * * * *');
    await delta.getByLabel('Time zone').selectOption('Asia/Tokyo');
    // The times of another zone name it.
    await delta
      .getByText(/^Next: .* \(Asia\/Tokyo\)$/)
      .first()
      .waitFor();
    expect(await delta.getByText(/cron expression/).count()).toBe(0);
    await delta.getByRole('button', { name: 'Save' }).click();
    await delta.getByRole('button', { name: 'Pause' }).click();
    await delta.getByText('Paused').waitFor();
    const kept = async () => {
      const text = `select cron, time_zone, state from sync_schedule where kind = 'delta'`;
      return (await db.admin.query(text)).rows;
    };
    const paused = [{ cron: '*/5 * * * *', time_zone: 'Asia/Tokyo', state: 'paused' }];
    await expect.poll(kept).toEqual(paused);

    // Shown before it is answered, and reverted where it does not come through.
    await page.route(/schedule\.resume/, async (route) => {
      await delta.getByText('Active', { exact: true }).waitFor();
      await route.abort();
    });
    await delta.getByRole('button', { name: 'Resume' }).click();
    await delta.getByRole('alert').waitFor();
    await delta.getByText('Paused').waitFor();
    expect(await kept()).toEqual(paused);
    expect(problems).toEqual([]);
  });

  test('an owner invites, makes a key that is shown once, revokes it, and sets how long things are kept', async () => {
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
      'select retention_days from organization_settings where retention_days = 45',
    );
    expect(settings.rows).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('webhooks of a store are shown with their deliveries, and disabled', async () => {
    const { rows } = await db.admin.query<{ run_id: string; position: number }>(
      `with run as (select queue_id as run_id, position, org_id from woo_customer_sync_queue_line
                     where woo_customer_id = 9 limit 1),
            delivered as (
         insert into woo_webhook_delivery
           (org_id, store_id, delivery_id, topic, body_hash, woo_customer_id, state, queue_id)
         select run.org_id, store.id, 'd', 'customer.updated', sha256('9'), 9, 'applied', run.run_id
           from run, woo_store store
         union all
         select run.org_id, store.id, 'd', 'customer.deleted', sha256('10'), null, 'ignored', null
           from run, woo_store store),
            refused as (
         insert into woo_webhook_refusal (org_id, store_id, hour, reason, count)
         select org_id, id, date_trunc('hour', now()), 'bad_signature', 3 from woo_store)
       select run_id, position from run`,
    );
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText(/^3 deliveries rejected with 401 .*: wrong signature\.$/).waitFor();
    const delivery = page.getByRole('row').filter({ hasText: '#9' });
    for (const text of ['customer.updated', '200', 'Created'])
      await delivery.getByText(text).waitFor();
    await page.getByRole('row').filter({ hasText: 'None named' }).getByText('Ignored').waitFor();
    await delivery.getByRole('link', { name: 'Created' }).click();
    await page.waitForURL(new RegExp(`/runs/${rows[0]?.run_id}.*line=${rows[0]?.position}`));
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    expect(problems).toEqual([]);
  });

  test('runs are listed and filtered, and each leads to its page', async () => {
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

  test('the activity of a store lists who did what, with its runs', async () => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page.getByRole('link', { name: 'Activity' }).click();
    const entries = page.getByRole('list', { name: 'Activity, newest first' });
    await entries.getByText('Connected', { exact: false }).waitFor();
    const forced = entries
      .getByRole('listitem')
      .filter({ hasText: 'These three are test accounts.' });
    await forced.getByText(/^demo@mantis|^Demo/i).waitFor();
    await forced.getByRole('link', { name: 'Open the run' }).click();
    await page.waitForURL(/\/runs\//);
    expect(problems).toEqual([]);
  });

  test('a warning of the connection is dismissed, and its sign disappears from the card', async () => {
    const finding = { check: 'pace', level: 'warning', code: 'slow', message: 'Slow.', cure: null };
    await db.admin.query(
      `update woo_store set diagnosed_at = now(), diagnosis = jsonb_build_object(
         'isHealthy', true, 'pace', null, 'clockAheadMs', null, 'findings', jsonb_build_array($1::jsonb))`,
      [JSON.stringify(finding)],
    );
    const { page, problems } = await signIn();
    const sign = page.getByRole('link', { name: 'The connection has a warning' });
    await sign.click();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('button', { name: 'Show again' }).waitFor();
    await page.getByRole('link', { name: 'Stores', exact: true }).first().click();
    await page.getByRole('button', { name: 'Start run' }).waitFor();
    expect(await sign.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('meta data to ignore is set by its keys', async () => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Meta keys').fill('_visits\nloyalty_*');
    const form = page.locator('form', { has: page.getByLabel('Meta keys') });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved').waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel('Meta keys').inputValue()).toBe('_visits\nloyalty_*');
    expect(problems).toEqual([]);
  });

  test('settings of a store are changed, and dialogs return the focus', async () => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page
      .getByRole('navigation', { name: 'Store' })
      .getByRole('link', { name: 'Settings' })
      .click();
    await page.getByLabel('Role').fill('customer');
    await page.getByLabel('Pace').selectOption('gentle');
    await page.getByLabel('Include guests').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved').waitFor();
    const [store] = await stack.stores.list(stack.caller);
    expect(store?.settings).toMatchObject({
      roleFilter: 'customer',
      pace: 'gentle',
      guests: 'on',
    });

    // By mouse and by keyboard; removing asks for the name.
    const remove = page.getByRole('button', { name: 'Remove store…' });
    const dialog = page.getByRole('alertdialog', { name: 'Remove Main shop?' });
    await remove.click();
    expect(await dialog.getByRole('button', { name: 'Remove store' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Main shop” to confirm').fill('Main shop');
    expect(await dialog.getByRole('button', { name: 'Remove store' }).isDisabled()).toBe(false);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => remove.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => remove.evaluate((one) => one === document.activeElement)).toBe(true);

    // From a menu, the focus returns to its button.
    await page.getByRole('link', { name: 'Stores', exact: true }).first().click();
    const menu = page.getByRole('button', { name: 'Actions for Main shop' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Pause…' }).click();
    await page.getByRole('alertdialog', { name: 'Pause Main shop?' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => menu.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(problems).toEqual([]);
  });

  test('viewers see everything, but no button that would be refused, and learn whom to ask', async () => {
    const owner = await signIn();
    await owner.page.getByRole('button', { name: 'Start run' }).waitFor();
    const setRole = (role: string) =>
      db.admin.query('update organization_member set role = $1', [role]);
    await db.admin.query(
      `with ada as (insert into auth_user (name, email, updated_at)
                    values ('Ada Lovelace', 'ada.lovelace@example.org', now()) returning id)
       insert into organization_member (organization_id, user_id, role)
       select $1, ada.id, 'owner' from ada`,
      [stack.caller.orgId],
    );
    await db.admin.query(
      `update organization_member set role = 'viewer'
        where user_id <> (select id from auth_user where name = 'Ada Lovelace')`,
    );
    const viewer = await signIn();
    await viewer.page.getByText('You have read-only access.', { exact: false }).waitFor();
    await viewer.page.getByText('ask Ada Lovelace', { exact: false }).waitFor();
    const { items } = await stack.sync.list(stack.caller, { limit: 1 });
    const storeId = items[0]?.storeId;
    for (const path of [
      '/stores',
      `/stores/${storeId}`,
      `/stores/${storeId}?tab=schedules`,
      `/stores/${storeId}?tab=settings`,
      `/stores/${storeId}?tab=webhooks`,
      `/runs/${items[0]?.runId}`,
    ]) {
      await viewer.page.goto(`${stack.url}${path}`);
      await viewer.page
        .getByRole('heading', { name: /Main shop/ })
        .first()
        .waitFor();
      const refused = /Start|Pause$|Resume$|Retry|Force|Save|Remove|Disable|Enable|Repair|Connect/;
      expect(await viewer.page.getByRole('button', { name: refused }).count()).toBe(0);
      expect(await viewer.page.getByRole('link', { name: 'Connect store' }).count()).toBe(0);
    }
    await setRole('owner');
    expect([...owner.problems, ...viewer.problems]).toEqual([]);
  });

  test('the console stays empty on every page, signed in or not, and while a wrong schedule is typed', async () => {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(`${page.url()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
    for (const path of ['/sign-in', '/sign-in/link', '/stores']) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.goto(await stack.signInLink());
    const { items } = await stack.sync.list(stack.caller, { limit: 1 });
    const [run] = items;
    const store = `/stores/${run?.storeId}`;
    const paths = ['/stores', '/connect', '/runs', '/customers', '/settings', store];
    paths.push(`/runs/${run?.runId}`, `/customers/${run?.storeId}/9`);
    for (const tab of ['webhooks', 'connection', 'activity', 'settings', 'schedules'])
      paths.push(`${store}?tab=${tab}`);
    for (const path of paths) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading').first().waitFor();
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    }
    const cron = page.getByRole('form', { name: 'Delta' }).getByLabel('Schedule (cron)');
    await cron.fill('61 * * * *');
    await page.getByText('not a valid cron expression', { exact: false }).waitFor();
    expect(said).toEqual([]);
  });

  test('a run is started, forced and its store paused by keyboard alone, and the focus returns', async () => {
    const { page, problems } = await signIn();
    const isFocused = (name: string) =>
      expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()))
        .toBe(name);
    const tabTo = async (name: string) => {
      const wanted = page.getByRole('button', { name, exact: true }).first();
      await wanted.waitFor();
      while (!(await wanted.evaluate((one) => one === document.activeElement)))
        await page.keyboard.press('Tab');
    };
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search pages' }).waitFor();
    await page.keyboard.type('main shop');
    await page.getByRole('option', { name: /^Main shop/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByTestId('health').waitFor();

    await tabTo('Pause');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Pause Main shop?' }).waitFor();
    await page.keyboard.press('Escape');
    await isFocused('Pause');
    await tabTo('Start run');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Start a run of Main shop' }).waitFor();
    await page.keyboard.press('Escape');
    await isFocused('Start run');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /Delta/ }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { name: /^Delta of Main shop/ }).waitFor();

    await page.keyboard.type('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('gc');
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    await page.keyboard.type('/');
    await page.keyboard.type('#9');
    await page.getByRole('link', { name: /#9|9/ }).first().waitFor();
    expect(problems).toEqual([]);
  });

  test('unknown addresses keep the header and the navigation', async () => {
    const { page } = await signIn();
    for (const path of ['/nowhere/at/all', '/customers/x/y', '/stores/x', '/runs/x']) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading', { name: /not found/ }).waitFor();
      await page.getByRole('link', { name: 'Runs' }).waitFor();
      expect(await page.title()).not.toBe('Mantis Sync');
    }
  });

  test('markup in what stores, customers and people call themselves is shown as text (S37)', async () => {
    const markup = '<img src=x onerror="document.title=\'owned\'"><script>alert(1)</script>';
    // A store may call a role what it likes, and an error repeats where it was.
    const { rows } = await db.admin.query<{ id: string }>(
      'update woo_store set name = $1 returning id',
      [markup],
    );
    expect(rows).toHaveLength(1);
    await db.admin.query(
      `update woo_customer_sync_queue_line set error_message = $1 where error_message is not null`,
      [`bad customer ${markup}`],
    );
    const { rows: people } = await db.admin.query<{ woo_id: number }>(
      `update customer set first_name = $1, email = $1, role = $1, phone = $1, city = $1, country = $1,
                           billing = jsonb_build_object('city', $1::text, 'phone', $1::text, 'email', $1::text),
                           meta_data = jsonb_build_array(jsonb_build_object('key', $1::text, 'value', $1::text))
        where woo_id = (select min(woo_id) from customer) returning woo_id`,
      [markup],
    );
    await db.admin.query(
      `insert into customer_change (org_id, store_id, woo_id, kind, source, changes)
       select org_id, store_id, woo_id, 'updated', 'walk',
              jsonb_build_array(jsonb_build_object('field', $1::text, 'from', $1::text, 'to', $1::text))
         from customer where woo_id = $2`,
      [markup, people[0]?.woo_id],
    );
    const { items } = await stack.sync.list(stack.caller, { limit: 1 });
    const { page, problems } = await signIn();
    let dialogs = 0;
    page.on('dialog', () => dialogs++);
    const pages = [
      '/',
      '/runs',
      `/runs/${items[0]?.runId}`,
      '/customers?q=onerror',
      `/customers/${rows[0]?.id}/${people[0]?.woo_id}`,
    ];
    for (const path of pages) {
      await page.goto(`${stack.url}${path}`);
      await page.getByText(markup, { exact: false }).filter({ visible: true }).first().waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.title()).not.toBe('owned');
    }
    expect(dialogs).toBe(0);
    expect(problems).toEqual([]);
  });
});
