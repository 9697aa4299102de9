import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import type { Stack } from '@mantis-sync/test/start-stack.ts';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { openConnectPages } from './connect-pages.ts';
import { chromiumPath } from './open-browser.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Connecting in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('details of connecting a store, in a real browser', () => {
  let sim: WooSim;
  const connect = openConnectPages();
  const { button, says, checkAddress } = connect;

  beforeAll(async () => {
    sim = await createWooSim({ customers: 40 });
  });
  afterAll(() => sim?.close());

  async function authorizations(db: TestDatabase, { caller }: Stack) {
    const { rows } = await db.admin.query<{ state: string; reason_code: string | null }>(
      'select state, reason_code from store_grant where org_id = $1 order by created_at',
      [caller.orgId],
    );
    return rows;
  }

  test('one click: a wrong address, a denial, a failing store, a timeout, and an approval that starts a first sync', async ({
    db,
    stack,
  }) => {
    const { page, problems } = connect;
    await page.getByRole('link', { name: 'Connect store' }).click();
    await checkAddress('http://127.0.0.1:9');
    await page.getByRole('list', { name: 'Findings' }).getByText('Problem').waitFor();
    await says('Check that the store is up');
    expect(await button('Approve in WooCommerce').count()).toBe(0);

    await checkAddress(`${sim.url}/wp-admin/`);
    await says('This is a WooCommerce store.');
    await page.reload();
    await says('This is a WooCommerce store.');
    await button('Approve in WooCommerce').click();
    // As the store reports about itself.
    const name = page.getByRole('textbox', { name: 'Name' });
    expect(await name.inputValue()).toBe('Example Store');
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
    await name.fill('Main shop');
    await page.getByLabel('Schedule').selectOption('hourly');
    await page.getByLabel('Time zone').selectOption('Europe/Vienna');
    await page.getByRole('combobox', { name: 'Users' }).selectOption('other');
    await page.getByRole('textbox', { name: 'Role' }).fill('customer');
    await page.getByRole('checkbox', { name: 'Include guests' }).check();
    await page.reload();
    await page.goBack();
    await button('Enter keys').waitFor();
    await page.goForward();
    expect(await name.inputValue()).toBe('Main shop');
    await button('Continue in WooCommerce').click();

    // Denied.
    await says('would like to connect to your store');
    await page.getByRole('link', { name: 'Deny' }).click();
    await says('Access was denied in WooCommerce');
    expect(page.url()).not.toContain('user_id');
    expect(await authorizations(db, stack)).toEqual([{ state: 'refused', reason_code: 'denied' }]);

    // Approved, but the keys cannot read: WordPress shows an error, and going back shows the reason.
    await button('Try again').click();
    await says('Logged in as storeadmin');
    sim.faults.add({ fault: { kind: 'status', status: 500 }, route: '/customers' });
    await page.getByRole('link', { name: 'Approve' }).click();
    await says('unable to send the consumer data');
    sim.faults.clear();
    await page.goto(`${stack.url}/connect?grant=${await lastAuthorization(db, stack)}`);
    await says('keys were not accepted');

    // Expired.
    await button('Try again').click();
    await says('Logged in as storeadmin');
    await page.goBack();
    await says('Waiting for approval');
    await db.admin.query(
      `update store_grant set expires_at = mantis.now() where state = 'waiting' and org_id = $1`,
      [stack.caller.orgId],
    );
    await says('The request expired');

    // Cancelled: the choices are kept.
    await button('Try again').click();
    await says('Logged in as storeadmin');
    await page.goBack();
    await button('Cancel').click();
    expect(await page.getByRole('combobox', { name: 'Users' }).inputValue()).toBe('customer');
    expect((await authorizations(db, stack)).at(-1)).toEqual({
      state: 'refused',
      reason_code: 'denied',
    });

    await button('Continue in WooCommerce').click();
    await page.getByRole('link', { name: 'Approve' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await says('100%');
    const [store] = await stack.stores.list(stack.caller);
    expect(store).toMatchObject({
      name: 'Main shop',
      settings: { roleFilter: 'customer', guests: 'on', pace: 'auto' },
      lastRun: { state: 'done', kind: 'full' },
    });
    const { rows: schedules } = await db.admin.query(
      'select kind, time_zone from sync_schedule where org_id = $1 order by kind',
      [stack.caller.orgId],
    );
    expect(schedules).toEqual([
      { kind: 'delta', time_zone: 'Europe/Vienna' },
      { kind: 'reconcile', time_zone: 'Europe/Vienna' },
    ]);

    // Visiting it again starts no second run.
    await page.goto(`${stack.url}/connect?grant=${await lastAuthorization(db, stack)}&success=1`);
    await says('Main shop is connected.');
    expect((await stack.sync.list(stack.caller, { limit: 10 })).items).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  async function lastAuthorization(db: TestDatabase, { caller }: Stack): Promise<string> {
    const { rows } = await db.admin.query<{ id: string }>(
      'select id from store_grant where org_id = $1 order by created_at desc limit 1',
      [caller.orgId],
    );
    return rows[0]?.id ?? '';
  }

  test('a store behind a web server’s own password asks for it, and is connected both ways', async ({
    context,
    stack,
  }) => {
    const { page, problems } = connect;
    const webLogin = { user: 'staging', password: ' pass:word ' };
    const guarded = await createWooSim({ customers: 5, webLogin });
    onTestFinished(() => guarded.close());
    await page.keyboard.press('n');
    await checkAddress(guarded.url);
    const login = page.getByRole('form', { name: 'This site asks for a password' });
    await login.getByLabel('Username').fill(webLogin.user);
    await login.getByLabel('Password').fill('guessed');
    await button('Check again').click();
    await login.getByRole('alert').getByText('The web server rejected this login.').waitFor();
    const password = login.getByLabel('Password');
    expect(await password.getAttribute('aria-invalid')).toBe('true');
    expect(await login.getByLabel('Username').inputValue()).toBe(webLogin.user);
    await password.fill(webLogin.password);
    await button('Check again').click();
    await says('This is a WooCommerce store.');
    expect(await login.count()).toBe(0);

    // With typed keys.
    await button('Enter keys').click();
    await page.getByLabel('Consumer key').fill(guarded.defaultCredentials.consumerKey);
    await page.getByLabel('Consumer secret').fill(guarded.defaultCredentials.consumerSecret);
    await button('Test keys').click();
    await says('These keys work.');
    await button('Continue').click();
    await button('Connect and sync').click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await says('100%');

    // By approval, left and begun again: the login is not asked for twice.
    await page.keyboard.press('n');
    await checkAddress(guarded.url);
    await login.getByLabel('Username').fill(webLogin.user);
    await password.fill(webLogin.password);
    await button('Check again').click();
    await context.setHTTPCredentials({ username: webLogin.user, password: webLogin.password });
    await button('Get new keys from the store').click();
    await says('Logged in as storeadmin');
    await page.goBack();
    await button('Open WooCommerce again').click();
    await page.getByRole('link', { name: 'Approve' }).click();
    await says('is connected.');
    await context.setHTTPCredentials(null);
    const stores = await stack.stores.list(stack.caller);
    const store = stores.find(({ url }) => url === guarded.url);
    expect(store).toMatchObject({
      hasWebLogin: true,
      keyHint: guarded.keys.at(-1)?.consumerKey.slice(-4),
      recentRuns: [{ state: 'done' }],
    });
    expect(page.url() + (await page.content())).not.toContain(webLogin.password.trim());
    expect(problems).toEqual([]);
  });
});
