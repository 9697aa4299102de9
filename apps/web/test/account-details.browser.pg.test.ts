import { describe, expect } from 'vitest';
import { openAccountPages, password } from './account-pages.ts';
import { chromiumPath } from './open-browser.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Accounts in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('details of accounts, with sign-up closed', () => {
  const account = openAccountPages({ mails: [], signUp: false });

  test('a wrong password and a used link show clear messages', async () => {
    const page = await account.openStranger();
    await page.goto(`${account.stack.url}/sign-in`);
    await account.signIn(page, account.stack.person.email, 'not the right password');
    await page.getByRole('alert').getByText('Wrong email or password.').waitFor();
    await page.goto(`${account.stack.url}/reset-password?token=used`);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('This link was already used or has expired.', { exact: false }).waitFor();
    await page.goto(`${account.stack.url}/invitations/${'x'.repeat(43)}`);
    await page.getByText('This invitation is not valid.', { exact: false }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a failed sign-out says so, with the way out', async () => {
    const page = await account.openSettings();
    const signOut = async () => {
      await page.getByRole('button', { name: /^Account of / }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
    };
    const note = page.getByRole('alert').filter({ hasText: 'You are still signed in.' });
    const path = '**/api/auth/sign-out';

    await page.route(path, (route) => route.fulfill({ status: 500, body: '' }));
    await signOut();
    await note.getByText('Mantis Sync could not do this. Try again in a minute.').waitFor();
    await page.unroute(path);
    await page.context().setOffline(true);
    await signOut();
    await note.getByText('Mantis Sync is not reachable.', { exact: false }).waitFor();

    await page.context().setOffline(false);
    await note.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Mantis Sync' }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a password is changed in the settings, which signs out everywhere else', async () => {
    const page = await account.openSettings();
    const elsewhere = await account.openSettings();
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByLabel('Current password').fill(account.stack.person.password);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await elsewhere.reload();
    await elsewhere.getByRole('heading', { name: 'Sign in to Mantis Sync' }).waitFor();
    await account.signIn(elsewhere, account.stack.person.email, password);
    await elsewhere.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a person without a password sets one in the settings', async () => {
    await account.db.admin.query('delete from auth_account');
    const page = await account.openSettings();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByRole('button', { name: 'Change password' }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('an existing user signs in to accept; another user must sign out first', async () => {
    await account.db.admin.query(
      `with person as (
         insert into auth_user (name, email, email_verified) values ('Bob', 'bob@mantis.example', true) returning id)
       insert into auth_account (user_id, account_id, provider_id, password)
       select person.id, person.id::text, 'credential', password
         from person, (select password from auth_account where password is not null limit 1) known`,
    );
    const link = await account.invite('bob@mantis.example');
    const other = await account.openSettings();
    await other.goto(link);
    await other.getByText('You are signed in as', { exact: false }).waitFor();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('link', { name: 'Sign in to accept' }).click();
    await account.signIn(other, 'bob@mantis.example', password);
    await other.getByRole('button', { name: 'Accept invitation' }).click();
    await other.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('an invitation is declined by its link', async () => {
    const page = await account.openStranger();
    await page.goto(await account.invite('no@mantis.example'));
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('The invitation is declined.', { exact: false }).waitFor();
    await page.reload();
    await page.getByText('This invitation is not valid.', { exact: false }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a person without an organisation joins the one that invited them', async () => {
    await account.invite('cleo@mantis.example');
    await account.db.admin.query(
      `insert into auth_user (name, email, email_verified) values ('Cleo', 'cleo@mantis.example', true)`,
    );
    const page = await account.openStranger();
    await page.goto(`${account.stack.url}/sign-in/link`);
    await page.getByRole('textbox', { name: 'Email' }).fill('cleo@mantis.example');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.goto(await account.linkTo('cleo@mantis.example', /\/magic-link\/verify/));
    await page.getByRole('button', { name: 'Join Demo organisation' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(account.problems).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('accounts, in a real browser, where no mail is sent', () => {
  const account = openAccountPages({ signUp: false });

  test('an owner copies the link of an invitation, by which somebody joins', async () => {
    const owner = await account.openStranger();
    await owner.goto(await account.stack.signInLink());
    await owner.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await owner.goto(`${account.stack.url}/settings`);
    await owner.getByRole('button', { name: 'Invite', exact: true }).click();
    await owner.getByRole('textbox', { name: 'Email' }).fill('cleo@mantis.example');
    await owner.getByRole('button', { name: 'Send invitation' }).click();
    const dialog = owner.getByRole('dialog', { name: 'Copy the link now' });
    await dialog.getByText('This installation cannot send email.', { exact: false }).waitFor();
    const link = await dialog.getByRole('status').innerText();
    const page = await account.openStranger();
    await page.goto(link);
    await page.getByLabel('Your name').fill('Cleo');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/stores');
    expect(account.problems).toEqual([]);
  });

  test('the page for a lost password says that no email is sent, and whom to ask', async () => {
    const page = await account.openStranger();
    await page.goto(`${account.stack.url}/sign-in/link`);
    await page.getByText('This installation cannot send email', { exact: false }).waitFor();
    await page.getByText('Ask the operator of Mantis Sync', { exact: false }).waitFor();
    expect(account.problems).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('passkeys, in a real browser', () => {
  const account = openAccountPages({ host: 'localhost' });

  test('a person adds a passkey, renames it, signs in with it, and removes it', async () => {
    const page = await account.openStranger();
    await account.plugIn(page);
    await page.goto(await account.stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${account.stack.url}/settings`);
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('button', { name: 'Rename Laptop' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Remove Work laptop' }).waitFor();

    await page.context().clearCookies();
    await page.goto(`${account.stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();

    await page.goto(`${account.stack.url}/settings`);
    await page.getByRole('button', { name: 'Remove Work laptop' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No passkeys yet.', { exact: false }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${account.stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey is not known here.', { exact: false }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a device without a passkey gets a clear message, and a second one on the same device is rejected', async () => {
    const page = await account.openStranger();
    await account.plugIn(page);
    await page.goto(`${account.stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('alert').waitFor();
    await page.goto(await account.stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${account.stack.url}/settings`);
    for (const name of ['First', 'Second']) {
      await page.getByRole('button', { name: 'Add passkey' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
      if (name === 'First') await page.getByRole('button', { name: 'Rename First' }).waitFor();
    }
    await page.getByText('This device already has a passkey', { exact: false }).waitFor();
    expect(account.problems).toEqual([]);
  });
});
