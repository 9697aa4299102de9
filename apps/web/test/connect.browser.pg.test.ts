import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openConnectPages } from './connect-pages.ts';
import { chromiumPath } from './open-browser.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Connecting in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('connecting a store, in a real browser on the real stack', () => {
  let other: WooSim;
  const connect = openConnectPages();
  const { button, says, checkAddress } = connect;

  beforeAll(async () => {
    other = await createWooSim({ customers: 12 });
  });
  afterAll(() => other?.close());

  test('typed keys: a wrong secret shows a clear message, the right one connects; a known store gets new keys', async ({
    stack,
  }) => {
    const { page, problems } = connect;
    await page.keyboard.press('n');
    await checkAddress(other.url);
    await button('Enter keys').click();
    const { consumerKey, consumerSecret } = other.defaultCredentials;
    await page.getByLabel('Consumer key').fill(consumerKey);
    await page.getByLabel('Consumer secret').fill(`cs_${'0'.repeat(40)}`);
    await button('Test keys').click();
    await says('These keys do not work.');
    await says('secret');
    expect(await button('Continue').count()).toBe(0);

    await page.getByLabel('Consumer secret').fill(consumerSecret);
    await button('Test keys').click();
    await says('These keys work.');
    await says('Customers can be read');
    await button('Continue').click();
    expect(page.url()).not.toContain(consumerKey);
    await button('Connect and sync').click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await says('100%');

    await page.keyboard.press('n');
    await checkAddress(other.url);
    await says('This store is already connected');
    await button('Enter new keys').click();
    await page.getByRole('button', { name: 'Replace keys' }).waitFor();
    await page.goBack();
    await button('Get new keys from the store').click();
    await page.getByRole('link', { name: 'Approve' }).click();
    await says('is connected.');
    const stores = await stack.stores.list(stack.caller);
    expect(stores.filter(({ url }) => url === other.url)).toMatchObject([
      { keyHint: other.keys.at(-1)?.consumerKey.slice(-4), recentRuns: [{ state: 'done' }] },
    ]);
    expect(problems).toEqual([]);
  });

  test('a shortcut works from the moment that the page is shown', async ({ stack }) => {
    const { page } = connect;
    // Before the page is painted.
    await page.addInitScript(`new MutationObserver((_changes, observer) => {
      if (!document.querySelector('main h1')) return;
      observer.disconnect();
      dispatchEvent(new KeyboardEvent('keydown', { key: 'n' }));
    }).observe(document, { childList: true, subtree: true });`);
    await page.goto(stack.url);
    await page.getByLabel('Store address').waitFor();
  });
});
