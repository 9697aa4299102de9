import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Stack } from '@mantis-sync/test/start-stack.ts';

/** What a page said that it must not: exceptions, and breaches of its policy. */
export interface OpenPage {
  page: Page;
  problems: string[];
}

/** A browser in which the person of the stack has signed in. */
export async function signInBrowser(
  browser: Browser,
  { signInLink }: Stack,
): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  // Stays open: a window that loses its last tab closes, and a new one costs more than a tab.
  const page = await context.newPage();
  await page.goto(await signInLink());
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.goto('about:blank');
  return context;
}

/** A page in a signed-in browser until the end of the test, with the list of stores, or the given heading. */
export async function openPage(
  context: BrowserContext,
  stack: Stack,
  heading = 'Stores',
): Promise<OpenPage> {
  const opened = await watchPage(context);
  await opened.page.goto(stack.url);
  await opened.page.getByRole('heading', { name: heading, exact: true }).waitFor();
  return opened;
}

/** A page until the end of the test. */
export async function watchPage(context: Browser | BrowserContext): Promise<OpenPage> {
  const page = await context.newPage();
  onTestFinished(() => page.close());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  return { page, problems };
}

/** Waits until an element, or something in it, has the focus. */
export async function untilFocused(element: Locator): Promise<void> {
  await expect
    .poll(() => element.evaluate((one) => one.contains(document.activeElement)))
    .toBe(true);
}

/** Closes a dialog by Escape. A dialog takes keys only once it has the focus, which is after it is painted. */
export async function pressEscape(dialog: Locator): Promise<void> {
  await untilFocused(dialog);
  await dialog.page().keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}
