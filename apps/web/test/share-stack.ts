import { createTestDatabase } from '@mantis-sync/dev-postgres/testing';
import { startStack, type Stack } from '@mantis-sync/test/start-stack.ts';
import { test as base } from 'vitest';
import { openBrowser } from './open-browser.ts';
import { openPage, signInBrowser } from './open-page.ts';

/**
 * The tests of all files that one of Vitest's workers runs share a database, the product and a browser. Each file
 * has an organisation of its own, and a browser window in which its owner has signed in.
 */
export const test = base
  .extend('db', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const db = await createTestDatabase();
    onCleanup(() => db.drop());
    return db;
  })
  .extend('product', { scope: 'worker' }, async ({ db }, { onCleanup }) => {
    // Failed customers are not tried again by themselves.
    const product = await startStack(db.url, { maxRetries: 0 });
    onCleanup(() => product.close());
    return product;
  })
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const browser = await openBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('stack', { scope: 'file' }, async ({ product }): Promise<Stack> => ({
    ...product,
    ...(await product.addOwner()),
  }))
  .extend('context', { scope: 'file' }, async ({ browser, stack }, { onCleanup }) => {
    const context = await signInBrowser(browser, stack);
    onCleanup(() => context.close());
    return context;
  })
  .extend(
    'signIn',
    async ({ context, stack }) =>
      () =>
        openPage(context, stack),
  );
