import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { portOf } from '@mantis-sync/test/free-port.ts';
import { until } from '@mantis-sync/test/until.ts';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { storeInput } from '@mantis-sync/test/store-input.ts';
import { afterAll, describe, expect, onTestFinished } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { pressEscape, untilFocused, watchPage } from './open-page.ts';
import { setRole } from './set-role.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Dashboard in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('details of the dashboard, in a real browser', () => {
  let sim: WooSim;

  test.beforeAll(async ({ stack }) => {
    sim = await createWooSim({ customers: 230 });
    sim.faults.add({
      fault: { kind: 'patch-row', ids: [5, 6, 7], remove: ['email', 'username'] },
    });
    const { id: storeId } = await stack.stores.connect(stack.caller, storeInput(sim, 'Main shop'));
    const { run } = await stack.sync.start(stack.caller, { storeId });
    const stateOf = async () => (await stack.sync.status(stack.caller, run)).state;
    await until('a run with failed customers', async () => (await stateOf()) === 'partial');
    const reason = 'These three are test accounts.';
    await stack.sync.forceDone(stack.caller, { runId: run.runId, reason });
  });
  afterAll(() => sim?.close());

  test('the console stays empty on every page, signed in or not, and while a wrong schedule is typed', async ({
    browser,
    stack,
  }) => {
    const { page } = await watchPage(browser);
    const said: string[] = [];
    page.on('console', (message) => said.push(`${page.url()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`${page.url()}: ${error.message}`));
    const signedOut = ['/sign-in', '/sign-in/link', '/reset-password', '/invitations/unknown'];
    for (const path of [...signedOut, '/help/stores', '/help/nowhere', '/stores']) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.goto(`${stack.url}/invitations/cut`);
    await page.getByText('This invitation link is incomplete.').waitFor();
    await page.goto(await stack.signInLink());
    const { items } = await stack.sync.list(stack.caller, { limit: 1 });
    const [run] = items;
    const store = `/stores/${run?.storeId}`;
    const paths = ['/stores', '/connect', '/runs', '/customers', '/settings', store];
    paths.push(`/runs/${run?.runId}`, `/customers/${run?.storeId}/9`);
    for (const tab of ['webhooks', 'connection', 'activity', 'settings'])
      paths.push(`${store}?tab=${tab}`);
    const nothing = '00000000-0000-4000-8000-000000000000';
    paths.push(`/customers/${run?.storeId}/99999`, `/customers/${nothing}/1`, `/runs/${nothing}`);
    paths.push(`/stores/${nothing}`, `/connect?grant=${nothing}`, '/nowhere');
    // The last one stays open.
    paths.push(`${store}?tab=schedules`);
    for (const path of paths) {
      await page.goto(`${stack.url}${path}`);
      await page.getByRole('heading').first().waitFor();
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    }
    const delta = page.getByRole('form', { name: 'Delta' });
    await delta.getByLabel('Repeat').selectOption('Other (cron)');
    const cron = delta.getByLabel('Schedule (cron)');
    await cron.fill('61 * * * *');
    await page.getByText('not a valid cron expression', { exact: false }).waitFor();
    expect(said).toEqual([]);
  });

  test('runs are filtered by starter and period, and each choice is a step back', async ({
    signIn,
  }) => {
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

    // Saved as a view, which is one step too.
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save view…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Started this week');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'View: Started this week' }).click();
    await page.getByRole('menuitemradio', { name: 'All runs' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitemradio', { name: 'Started this week' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?starter=user&days=7');
    await page.goBack();
    await page.goBack();
    await page.getByRole('button', { name: 'View: Started this week' }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByText('No runs match these filters').waitFor();
    await page.goBack();
    await run.waitFor();
    expect(problems).toEqual([]);
  });

  test('rows of tables are made compact in the menu of the account, which the browser keeps', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    const heightOf = (path: string) =>
      page.goto(`${stack.url}${path}`).then(() =>
        page
          .locator('tbody tr')
          .first()
          .evaluate((row) => row.getBoundingClientRect().height),
      );
    const choose = async (label: string) => {
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByRole('menuitemradio', { name: label }).click();
    };
    const paths = ['/runs', '/customers'];
    const usual = [await heightOf('/runs'), await heightOf('/customers')];
    await choose('Compact rows');
    for (const [index, path] of paths.entries()) {
      const height = await heightOf(path);
      expect(height).toBeLessThan(usual[index] ?? 0);
      // Still large enough for a finger.
      expect(height).toBeGreaterThanOrEqual(24);
    }
    await choose('Comfortable rows');
    expect(await heightOf('/runs')).toBe(usual[0]);
    expect(problems).toEqual([]);
  });

  test('schedules are previewed before they are saved, changed and paused', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    await page.getByRole('link', { name: 'Schedules' }).click();
    const delta = page.getByRole('form', { name: 'Delta' });
    await delta.getByLabel('Repeat').selectOption('Every week');
    await delta.getByLabel('Day').selectOption('Monday');
    await delta.getByLabel('Time', { exact: true }).fill('06:45');
    await delta
      .getByText(/^Next: .* 06:45/)
      .first()
      .waitFor();
    await delta.getByLabel('Repeat').selectOption('Other (cron)');
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
      const text = `select cron, time_zone, state from sync_schedule where kind = 'delta' and org_id = $1`;
      return (await db.admin.query(text, [stack.caller.orgId])).rows;
    };
    const paused = [{ cron: '*/5 * * * *', time_zone: 'Asia/Tokyo', state: 'paused' }];
    await expect.poll(kept).toEqual(paused);

    // Shown before the response, and reverted if the call fails.
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

  test('webhooks of a store are shown with their deliveries, and disabled', async ({
    db,
    stack,
    signIn,
  }) => {
    const { rows } = await db.admin.query<{ run_id: string; position: number }>(
      `with run as (select queue_id as run_id, position, org_id from woo_customer_sync_queue_line
                     where woo_customer_id = 9 and org_id = $1 limit 1),
            store as (select id, org_id from woo_store where org_id = $1),
            delivered as (
         insert into woo_webhook_delivery
           (org_id, store_id, delivery_id, topic, body_hash, woo_customer_id, state, queue_id)
         select run.org_id, store.id, 'd', 'customer.updated', sha256('9'), 9, 'applied', run.run_id
           from run, store
         union all
         select run.org_id, store.id, 'd', 'customer.deleted', sha256('10'), null, 'ignored', null
           from run, store),
            refused as (
         insert into woo_webhook_refusal (org_id, store_id, hour, reason, count)
         select org_id, id, date_trunc('hour', now()), 'bad_signature', 3 from store)
       select run_id, position from run`,
      [stack.caller.orgId],
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

  test('the activity of a store lists who did what, with its runs', async ({ signIn }) => {
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

  test('notifications are chosen, and a webhook is added, tried and removed', async ({
    signIn,
  }) => {
    const bodies: unknown[] = [];
    const chat = createServer((request, response) => {
      void json(request).then((body) => {
        bodies.push(body);
        response.end();
      });
    });
    await once(chat.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void chat.close());
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Settings' }).click();
    const mine = page.locator('form', { has: page.getByLabel('Email me') });
    await mine.getByLabel('Email me').check();
    await mine.getByLabel('A run needs a decision').uncheck();
    await mine.getByRole('button', { name: 'Save notifications' }).click();
    await mine.getByText('Saved').waitFor();
    await page.reload();
    expect(await mine.getByLabel('Email me').isChecked()).toBe(true);
    expect(await mine.getByLabel('A run needs a decision').isChecked()).toBe(false);

    await page.getByRole('button', { name: 'Add webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a notification webhook' });
    await dialog.getByLabel('Name').fill('On call');
    await dialog.getByLabel('URL').fill('http://10.0.0.1/hook');
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('URL').fill(`http://127.0.0.1:${portOf(chat)}/hook`);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    const channels = page.getByRole('list', { name: 'Notification webhooks' });
    await channels.getByText('On call').waitFor();
    await page.getByRole('button', { name: 'Send a test to On call' }).click();
    await channels.getByText('The test message was sent.').waitFor();
    expect(bodies).toEqual([{ text: expect.stringContaining('Example store') }]);
    await page.getByRole('button', { name: 'Remove On call' }).click();
    await page.getByText('No webhooks yet.', { exact: false }).waitFor();
    expect(problems).toEqual([]);
  });

  test('the audit log shows every change, the older ones on request', async ({
    db,
    stack,
    signIn,
  }) => {
    await db.admin.query(
      `insert into organization_activity (org_id, event, message, actor_type)
       select $1, 'key.revoked', 'Revoked key ' || n || '.', 'api_key' from generate_series(1, 60) n`,
      [stack.caller.orgId],
    );
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Settings' }).click();
    const changes = page.getByRole('list', { name: 'Changes' });
    const newest = changes.getByRole('listitem').filter({ hasText: 'Revoked key 60.' });
    await newest.getByText('An API key', { exact: false }).waitFor();
    expect(await changes.getByText('Revoked key 1.').count()).toBe(0);
    await page.getByRole('button', { name: 'Load older' }).click();
    await changes.getByText('Revoked key 1.').waitFor();
    expect(problems).toEqual([]);
  });

  test('a warning of the connection is dismissed, and its sign disappears from the card', async ({
    db,
    stack,
    signIn,
  }) => {
    const finding = {
      check: 'pace',
      level: 'warning',
      code: 'slow',
      message: 'Slow.',
      cure: null,
    };
    await db.admin.query(
      `update woo_store set diagnosed_at = now(), diagnosis = jsonb_build_object(
         'isHealthy', true, 'pace', null, 'clockAheadMs', null, 'findings', jsonb_build_array($1::jsonb))
        where org_id = $2`,
      [JSON.stringify(finding), stack.caller.orgId],
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

  test('meta data to ignore is set by its keys', async ({ signIn }) => {
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Meta keys').fill('_visits\nloyalty_*');
    const form = page.locator('form', { has: page.getByLabel('Meta keys') });
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved', { exact: true }).waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel('Meta keys').inputValue()).toBe('_visits\nloyalty_*');
    expect(problems).toEqual([]);
  });

  test('viewers see everything, but no button that would be refused, and learn whom to ask', async ({
    db,
    stack,
    signIn,
  }) => {
    const owner = await signIn();
    await owner.page.getByRole('button', { name: 'Start run' }).waitFor();
    await setRole(db, stack, 'viewer');
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
    await setRole(db, stack, 'owner');
    expect([...owner.problems, ...viewer.problems]).toEqual([]);
  });

  test('operators run things, and see what only owners change as text', async ({
    db,
    stack,
    signIn,
  }) => {
    await setRole(db, stack, 'operator');
    const { page, problems } = await signIn();
    const [store] = await stack.stores.list(stack.caller);
    await page.goto(`${stack.url}/stores/${store?.id}?tab=schedules`);
    await page.getByText('Only owners can change schedules.').waitFor();
    await page.getByRole('form', { name: 'Delta' }).waitFor();
    expect(await page.getByRole('combobox').count()).toBe(0);
    // What the address asks for is not done for somebody who may not do it.
    await page.goto(`${stack.url}/stores/${store?.id}?dialog=remove`);
    await page.getByRole('button', { name: 'Start run' }).waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await page.goto(`${stack.url}/stores/${store?.id}?dialog=pause`);
    await page.getByRole('alertdialog', { name: 'Pause Main shop?' }).waitFor();
    await setRole(db, stack, 'owner');
    expect(problems).toEqual([]);
  });

  test('a run is started, forced and its store paused by keyboard alone, and the focus returns', async ({
    signIn,
  }) => {
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
    const menu = page.getByRole('combobox', { name: 'Search pages' });
    await menu.waitFor();
    await untilFocused(menu);
    await page.keyboard.type('main shop');
    await page.getByRole('option', { name: /^Main shop/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByTestId('health').waitFor();

    await tabTo('Pause');
    await page.keyboard.press('Enter');
    await pressEscape(page.getByRole('alertdialog', { name: 'Pause Main shop?' }));
    await isFocused('Pause');
    await tabTo('Start run');
    await page.keyboard.press('Enter');
    const start = page.getByRole('dialog', { name: 'Start a run of Main shop' });
    await pressEscape(start);
    await isFocused('Start run');
    await page.keyboard.press('Enter');
    await untilFocused(start);
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: /Delta/ }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { name: /^Delta of Main shop/ }).waitFor();

    await page.keyboard.type('?');
    await pressEscape(page.getByRole('dialog', { name: 'Keyboard shortcuts' }));
    await page.keyboard.type('gc');
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    await page.keyboard.type('/');
    await page.keyboard.type('#9');
    await page.getByRole('link', { name: /#9|9/ }).first().waitFor();
    expect(problems).toEqual([]);
  });

  test('dialogs of the settings, of a line and of every page return the focus, also one after another', async ({
    stack,
    signIn,
  }) => {
    const { page, problems } = await signIn();
    await page.goto(`${stack.url}/settings`);
    const dialog = page.getByRole('dialog');
    for (const name of ['Invite', 'Create key', 'Add webhook', 'Change password']) {
      const button = page.getByRole('button', { name, exact: true });
      await button.focus();
      await page.keyboard.press('Enter');
      await pressEscape(dialog);
      await untilFocused(button);
    }

    // One dialog follows another.
    const create = page.getByRole('button', { name: 'Create key', exact: true });
    await create.click();
    await dialog.getByLabel('Name').fill('Reports');
    await page.keyboard.press('Enter');
    await pressEscape(page.getByRole('dialog', { name: 'Copy the key now' }));
    await untilFocused(create);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search pages' }).fill('shortcuts');
    await page.getByRole('option', { name: 'Keyboard shortcuts', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await pressEscape(page.getByRole('dialog', { name: 'Keyboard shortcuts' }));
    await untilFocused(create);

    const { items } = await stack.sync.list(stack.caller, { limit: 5, kinds: ['full'] });
    await page.goto(`${stack.url}/runs/${items[0]?.runId}?lines=all`);
    const line = page.getByRole('button', { name: '#9', exact: true });
    await line.focus();
    await page.keyboard.press('Enter');
    await pressEscape(page.getByRole('dialog', { name: 'Customer #9' }));
    await untilFocused(line);
    expect(problems).toEqual([]);
  });

  test('the charts of a store show the chosen period, one bar for each day', async ({
    db,
    stack,
    signIn,
  }) => {
    // The run of all other tests was today, and created 227 customers.
    await db.admin.query(
      `insert into woo_customer_sync_queue
              (org_id, store_id, kind, state, request_hash, actor_type, discovery_state,
               total_count, done_count, created_count, created_at, started_at, finished_at)
       select org_id, id, 'reconcile', 'done', '\\x00', 'cron', 'complete', changes, changes, changes, at, at, at
         from woo_store,
              (values (500, now() - interval '20 days'), (900, now() - interval '60 days')) run (changes, at)
        where org_id = $1 and name = 'Main shop'`,
      [stack.caller.orgId],
    );
    const { page, problems } = await signIn();
    await page.getByRole('link', { name: 'Main shop', exact: true }).click();
    const period = page.getByLabel('Period');
    const shows = async (days: number, changes: number) => {
      const name = `Most changes in a day: ${changes} changes`;
      const bars = page.getByRole('img', { name, exact: true }).locator('g');
      await expect.poll(() => bars.count()).toBe(days);
      const counts = await bars.locator('title').allTextContents();
      expect(counts.filter((one) => one.includes(`: ${changes} changes,`))).toHaveLength(1);
    };
    await shows(30, 500);
    await period.selectOption({ label: 'Last 7 days' });
    await shows(7, 227);
    await period.selectOption({ label: 'Last 90 days' });
    await shows(90, 900);
    expect(problems).toEqual([]);
  });

  test('markup in what stores, customers and people call themselves is shown as text (S37)', async ({
    db,
    stack,
    signIn,
  }) => {
    const markup = '<img src=x onerror="document.title=\'owned\'"><script>alert(1)</script>';
    // A store may use any name for a role, and an error repeats its place.
    const { rows } = await db.admin.query<{ id: string }>(
      'update woo_store set name = $1 where org_id = $2 returning id',
      [markup, stack.caller.orgId],
    );
    expect(rows).toHaveLength(1);
    await db.admin.query(
      `update woo_customer_sync_queue_line set error_message = $1
        where error_message is not null and org_id = $2`,
      [`bad customer ${markup}`, stack.caller.orgId],
    );
    const { rows: people } = await db.admin.query<{ woo_id: number }>(
      `update customer set first_name = $1, email = $1, role = $1, phone = $1, city = $1, country = $1,
                           billing = jsonb_build_object('city', $1::text, 'phone', $1::text, 'email', $1::text),
                           meta_data = jsonb_build_array(jsonb_build_object('key', $1::text, 'value', $1::text))
        where org_id = $2 and woo_id = (select min(woo_id) from customer where org_id = $2) returning woo_id`,
      [markup, stack.caller.orgId],
    );
    await db.admin.query(
      `insert into customer_change (org_id, store_id, woo_id, kind, source, changes)
       select org_id, store_id, woo_id, 'updated', 'walk',
              jsonb_build_array(jsonb_build_object('field', $1::text, 'from', $1::text, 'to', $1::text))
         from customer where woo_id = $2 and org_id = $3`,
      [markup, people[0]?.woo_id, stack.caller.orgId],
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
