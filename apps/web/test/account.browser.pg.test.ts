import { describe, expect } from 'vitest';
import { openAccountPages, password } from './account-pages.ts';
import { chromiumPath } from './open-browser.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Accounts in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('accounts, in a real browser, with sign-up closed', () => {
  const account = openAccountPages({ mails: [], signUp: false });

  test('somebody new accepts an invitation, signs out, and in again by password', async () => {
    const page = await account.openStranger();
    await page.goto(await account.invite('new@mantis.example'));
    await page.getByRole('heading', { name: 'Join Demo organisation' }).waitFor();
    await page.getByLabel('Your name').fill('Newton');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Account of Newton' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await account.signIn(page, 'new@mantis.example', password);
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(account.problems).toEqual([]);
  });

  test('a link by mail signs in, and a reset sets a password', async () => {
    const email = 'new@mantis.example';
    const page = await account.openStranger();
    const request = async (what: string) => {
      await page.goto(`${account.stack.url}/sign-in`);
      await page.getByRole('link', { name: 'Forgot your password, or have none?' }).click();
      // The sign-in page has an Email field too: choose first, which only the next page has.
      await page.getByLabel('Send me').selectOption({ label: what });
      await page.getByRole('textbox', { name: 'Email' }).fill(email);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('an email with a link is on its way', { exact: false }).waitFor();
    };
    await request('A link to choose a new password');
    await page.goto(await account.linkTo(email, /\/reset-password\?token=/));
    await page.getByLabel('New password').fill('another long enough password');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Your password is set.', { exact: false }).waitFor();
    await account.signIn(page, email, 'another long enough password');
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.context().clearCookies();

    await request('A link that signs me in');
    await page.goto(await account.linkTo(email, /\/magic-link\/verify/));
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    expect(account.problems).toEqual([]);
  });
});
