import type { Browser, Page } from 'playwright-core';
import type { Stack } from '@mantis-sync/test/start-stack.ts';

/**
 * A page of the signed-in person, and its errors.
 *
 * @param heading of the first page after sign-in
 */
export async function openPage(
  browser: Browser,
  stack: Stack,
  heading = 'Stores',
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  await page.goto(await stack.signInLink());
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
  return { page, problems };
}
