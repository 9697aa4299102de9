import { describe, expect } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { watchPage } from './open-page.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Help in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('the documents inside the dashboard, in a real browser', () => {
  test('a help link opens its section in a new tab, and the page stays', async ({
    signIn,
    stack,
  }) => {
    const { page, problems } = await signIn();
    await page.goto(`${stack.url}/settings`);
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Help: API keys' }).click();
    const help = await opened;
    const section = help.getByRole('heading', { name: 'Authentication', exact: true });
    await section.waitFor();
    // Scrolled to: it is the first thing below the top of the window.
    await expect.poll(async () => (await section.boundingBox())?.y).toBeLessThan(40);
    await help.close();
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  test('signed-out people read the documents, which link to each other', async ({
    browser,
    stack,
  }) => {
    const { page, problems } = await watchPage(browser);
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    await page.goto(`${stack.url}/help/stores`);
    await page.getByRole('navigation', { name: 'Documents' }).getByText('The dashboard').click();
    await page.getByRole('heading', { name: 'The dashboard', level: 1 }).waitFor();
    await page.getByRole('article').getByRole('link', { name: 'benchmarks.md' }).click();
    await page.getByRole('heading', { name: 'Benchmarks', level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'The dashboard', level: 1 }).waitFor();
    await page.goto(`${stack.url}/help/nowhere`);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    expect([...problems, ...messages]).toEqual([]);
  });
});
