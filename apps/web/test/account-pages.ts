import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { startStack, type Stack, type StackOptions } from '@mantis-sync/test/start-stack.ts';
import { until } from '@mantis-sync/test/until.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, onTestFinished } from 'vitest';
import { test } from './share-stack.ts';

export const password = 'a long enough password';

/** What people do with an account, each in a browser of their own. */
export interface AccountPages {
  readonly db: TestDatabase;
  readonly stack: Stack;
  /** What a page said in the current test that it must not. */
  readonly problems: string[];
  /** A page of a signed-out browser. */
  openStranger(): Promise<Page>;
  /** The settings of the owner, who has signed in. */
  openSettings(): Promise<Page>;
  /** The newest link of this kind in a mail to somebody. */
  linkTo(to: string, path: RegExp): Promise<string>;
  /** The owner invites somebody. @returns the link in the mail */
  invite(email: string): Promise<string>;
  signIn(page: Page, email: string, secret: string): Promise<void>;
  /** A device that keeps passkeys and knows its owner. */
  plugIn(page: Page): Promise<void>;
}

/** An API of its own for the tests of a suite, as signing in depends on its settings. */
export function openAccountPages(options: StackOptions): AccountPages {
  let shared: { db: TestDatabase; stack: Stack; browser: Browser } | undefined;
  const { mails = [] } = options;
  const problems: string[] = [];

  test.beforeAll(async ({ browser }) => {
    const db = await createTestDatabase();
    shared = {
      db,
      browser,
      stack: await startStack(db.url, {}, { ...options, withoutWorker: true }),
    };
  });
  afterAll(async () => {
    await shared?.stack.close();
    await shared?.db.drop();
  });
  afterEach(() => {
    problems.length = 0;
  });
  const use = () => {
    if (!shared) throw new Error('There is no API before the first test.');
    return shared;
  };

  async function openStranger(): Promise<Page> {
    const context = await use().browser.newContext({ reducedMotion: 'reduce' });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) problems.push(message.text());
    });
    return page;
  }

  async function openSettings(): Promise<Page> {
    const { stack } = use();
    const page = await openStranger();
    await page.goto(await stack.signInLink());
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor();
    await page.goto(`${stack.url}/settings`);
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    return page;
  }

  const linkTo = (to: string, path: RegExp) =>
    until(`a mail to ${to}`, () => {
      const mail = mails.findLast((each) => each.to === to);
      const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0];
      return link !== undefined && path.test(link) ? link : false;
    });

  return {
    get db() {
      return use().db;
    },
    get stack() {
      return use().stack;
    },
    problems,
    openStranger,
    openSettings,
    linkTo,
    async invite(email) {
      const page = await openSettings();
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      await page.getByRole('textbox', { name: 'Email' }).fill(email);
      await page.getByRole('radio', { name: 'Operator' }).check();
      await page.getByRole('button', { name: 'Send invitation' }).click();
      await page.getByRole('dialog', { name: 'Invitation sent' }).waitFor();
      return linkTo(email, /\/invitations\/[\w-]{43}$/);
    },
    async signIn(page, email, secret) {
      await page.getByRole('textbox', { name: 'Email' }).fill(email);
      await page.getByLabel('Password').fill(secret);
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    async plugIn(page) {
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
    },
  };
}
