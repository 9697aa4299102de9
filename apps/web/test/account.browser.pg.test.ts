import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { until } from '@mantis-sync/test/until.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser } from './open-browser.ts';
import { startStack, type Stack } from '@mantis-sync/test/start-stack.ts';

if (!chromiumPath) console.log('Accounts in a browser: skipped, no Chromium is installed');

const password = 'a long enough password';

/** What went wrong on any page. */
const problems: string[] = [];
afterEach(() => problems.splice(0));

/** A page of a signed-out browser. */
async function openStrangerIn(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  return page;
}

describe.skipIf(!chromiumPath)('accounts, in a real browser, with sign-up closed', () => {
  let db: TestDatabase;
  let stack: Stack;
  let browser: Browser;
  const mails: { to: string; text: string }[] = [];

  beforeAll(async () => {
    db = await createTestDatabase();
    stack = await startStack(db.url, {}, { mails, signUp: false, withoutWorker: true });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await db?.drop();
  });

  const openStranger = () => openStrangerIn(browser);

  const linkTo = (to: string, path: RegExp) =>
    until(`a mail to ${to}`, () => {
      const mail = mails.findLast((each) => each.to === to);
      const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0];
      return link !== undefined && path.test(link) ? link : false;
    });

  async function openSettings(): Promise<Page> {
    const page = await openStranger();
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${stack.url}/settings`);
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    return page;
  }

  async function invite(email: string): Promise<string> {
    const page = await openSettings();
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('textbox', { name: 'Email' }).fill(email);
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByRole('dialog', { name: 'Invitation sent' }).waitFor();
    await page.context().close();
    return linkTo(email, /\/invitations\/[\w-]{43}$/);
  }

  async function signIn(page: Page, email: string, secret: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Email' }).fill(email);
    await page.getByLabel('Password').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('somebody new accepts an invitation, signs out, and in again by password', async () => {
    const page = await openStranger();
    await page.goto(await invite('new@mantis.example'));
    await page.getByRole('heading', { name: 'Join Demo organisation' }).waitFor();
    await page.getByLabel('Your name').fill('Newton');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Account of Newton' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await signIn(page, 'new@mantis.example', password);
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('a link by mail signs in, and a reset sets a password', async () => {
    const email = 'new@mantis.example';
    const page = await openStranger();
    const request = async (what: string) => {
      await page.goto(`${stack.url}/sign-in`);
      await page.getByRole('link', { name: 'Forgot your password, or have none?' }).click();
      await page.getByRole('textbox', { name: 'Email' }).fill(email);
      await page.getByLabel('Send me').selectOption({ label: what });
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('a mail with a link is on its way', { exact: false }).waitFor();
    };
    await request('A link to choose a new password');
    await page.goto(await linkTo(email, /\/reset-password\?token=/));
    await page.getByLabel('New password').fill('another long enough password');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Your password is set.', { exact: false }).waitFor();
    await signIn(page, email, 'another long enough password');
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.context().clearCookies();

    await request('A link that signs me in');
    await page.goto(await linkTo(email, /\/magic-link\/verify/));
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('a wrong password and a used link show clear messages', async () => {
    const page = await openStranger();
    await page.goto(`${stack.url}/sign-in`);
    await signIn(page, 'new@mantis.example', 'not the right password');
    await page.getByRole('alert').getByText('Wrong email or password.').waitFor();
    await page.goto(`${stack.url}/reset-password?token=used`);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('This link was already used or has expired.', { exact: false }).waitFor();
    await page.goto(`${stack.url}/invitations/${'x'.repeat(43)}`);
    await page.getByText('This invitation is not valid.', { exact: false }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('a password is changed in the settings, which signs out everywhere else', async () => {
    const page = await openSettings();
    const elsewhere = await openSettings();
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByLabel('Current password').fill(stack.person.password);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await elsewhere.reload();
    await elsewhere.getByRole('heading', { name: 'Sign in to Mantis Sync' }).waitFor();
    await signIn(elsewhere, stack.person.email, password);
    await elsewhere.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    await page.context().close();
    await elsewhere.context().close();
    expect(problems).toEqual([]);
  });

  test('a person without a password sets one in the settings', async () => {
    await db.admin.query('delete from auth_account');
    const page = await openSettings();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByRole('button', { name: 'Change password' }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('an existing user signs in to accept; another user must sign out first', async () => {
    await db.admin.query(
      `with person as (
         insert into auth_user (name, email, email_verified) values ('Bob', 'bob@mantis.example', true) returning id)
       insert into auth_account (user_id, account_id, provider_id, password)
       select person.id, person.id::text, 'credential', password
         from person, (select password from auth_account where password is not null limit 1) known`,
    );
    const link = await invite('bob@mantis.example');
    const other = await openSettings();
    await other.goto(link);
    await other.getByText('You are signed in as', { exact: false }).waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('link', { name: 'Sign in to accept' }).click();
    await signIn(other, 'bob@mantis.example', password);
    await other.getByRole('button', { name: 'Accept invitation' }).click();
    await other.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await other.context().close();
    expect(problems).toEqual([]);
  });

  test('an invitation is declined by its link', async () => {
    const page = await openStranger();
    await page.goto(await invite('no@mantis.example'));
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('The invitation is declined.', { exact: false }).waitFor();
    await page.reload();
    await page.getByText('This invitation is not valid.', { exact: false }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('a person without an organisation joins the one that invited them', async () => {
    await invite('cleo@mantis.example');
    await db.admin.query(
      `insert into auth_user (name, email, email_verified) values ('Cleo', 'cleo@mantis.example', true)`,
    );
    const page = await openStranger();
    await page.goto(`${stack.url}/sign-in/link`);
    await page.getByRole('textbox', { name: 'Email' }).fill('cleo@mantis.example');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.goto(await linkTo('cleo@mantis.example', /\/magic-link\/verify/));
    await page.getByRole('button', { name: 'Join Demo organisation' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('accounts, in a real browser, where no mail is sent', () => {
  let db: TestDatabase;
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    db = await createTestDatabase();
    stack = await startStack(db.url, {}, { signUp: false, withoutWorker: true });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await db?.drop();
  });

  test('an owner copies the link of an invitation, by which somebody joins', async () => {
    const owner = await browser.newPage();
    await owner.goto(await stack.signInLink());
    await owner.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await owner.goto(`${stack.url}/settings`);
    await owner.getByRole('button', { name: 'Invite', exact: true }).click();
    await owner.getByRole('textbox', { name: 'Email' }).fill('cleo@mantis.example');
    await owner.getByRole('button', { name: 'Send invitation' }).click();
    const dialog = owner.getByRole('dialog', { name: 'Copy the link now' });
    await dialog.getByText('This installation sends no mail.', { exact: false }).waitFor();
    const link = await dialog.getByRole('status').innerText();
    const page = await openStrangerIn(browser);
    await page.goto(link);
    await page.getByLabel('Your name').fill('Cleo');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/stores');
    expect(problems).toEqual([]);
  });

  test('the page for a lost password says that no mail is sent, and whom to ask', async () => {
    const page = await openStrangerIn(browser);
    await page.goto(`${stack.url}/sign-in/link`);
    await page.getByText('This installation sends no mail', { exact: false }).waitFor();
    await page.getByText('Ask the operator of Mantis Sync', { exact: false }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('passkeys, in a real browser', () => {
  let db: TestDatabase;
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    db = await createTestDatabase();
    stack = await startStack(db.url, {}, { withoutWorker: true, host: 'localhost' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await db?.drop();
  });

  /** A device that keeps passkeys and knows its owner. */
  async function plugIn(page: Page): Promise<void> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
  }

  test('a person adds a passkey, renames it, signs in with it, and removes it', async () => {
    const page = await openStrangerIn(browser);
    await plugIn(page);
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${stack.url}/settings`);
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('button', { name: 'Rename Laptop' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Remove Work laptop' }).waitFor();

    await page.context().clearCookies();
    await page.goto(`${stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();

    await page.goto(`${stack.url}/settings`);
    await page.getByRole('button', { name: 'Remove Work laptop' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No passkeys yet.', { exact: false }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey is not known here.', { exact: false }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });

  test('a device without a passkey gets a clear message, and a second one on the same device is rejected', async () => {
    const page = await openStrangerIn(browser);
    await plugIn(page);
    await page.goto(`${stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('alert').waitFor();
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${stack.url}/settings`);
    for (const name of ['First', 'Second']) {
      await page.getByRole('button', { name: 'Add passkey' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
      if (name === 'First') await page.getByRole('button', { name: 'Rename First' }).waitFor();
    }
    await page.getByText('This device already has a passkey', { exact: false }).waitFor();
    await page.context().close();
    expect(problems).toEqual([]);
  });
});
