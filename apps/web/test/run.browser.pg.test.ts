import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { pressEscape, untilFocused } from './open-page.ts';
import { card, openRun } from './run-pages.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Page of a run in a browser: skipped, no Chromium is installed');

describe.skipIf(!chromiumPath)('the page of a run, in a real browser on the real stack', () => {
  let sim: WooSim;
  beforeAll(async () => {
    sim = await createWooSim({ customers: 130 });
  });
  afterAll(() => sim?.close());

  const searchOf = (page: Page) => new URL(page.url()).searchParams;

  test('leads from a reason to its customers, to one of them, and to a retry of just these', async ({
    db,
    product,
    stack,
    signIn,
  }) => {
    const { page, problems, runId } = await openRun(sim, { stack, db, signIn });
    const reasons = page.getByRole('list', { name: 'Reasons' });
    const lines = card(page, 'Customer list');
    const names = async () => (await lines.getByRole('row').allInnerTexts()).slice(1);

    // A reason lists its customers; so does a square, by its place.
    await reasons.getByRole('button', { name: '3 ×', exact: false }).click();
    await lines.getByRole('button', { name: '#120', exact: true }).waitFor();
    await expect.poll(async () => (await names()).length).toBe(3);
    expect(searchOf(page).get('error')).toContain('email');
    await page.reload();
    await lines.getByRole('button', { name: '#120', exact: true }).waitFor();
    await expect.poll(async () => (await names()).length).toBe(3);

    const squares = card(page, 'Batches').getByRole('button');
    await expect
      .poll(() => squares.evaluateAll((all) => all.map((each) => each.dataset['state'])))
      .toEqual(['failed', 'failed', 'failed']);
    await squares.first().focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Customers 51 to 100 of the list: 1 failed, 49 synced').waitFor();
    await page.keyboard.press('Enter');
    await lines.getByRole('button', { name: '#60', exact: true }).waitFor();
    await expect.poll(async () => (await names()).length).toBe(1);

    // One customer, by the keyboard, and by its address.
    await lines.getByRole('button', { name: '#60', exact: true }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Customer #60' });
    await dialog.getByLabel('What the store sent').getByText('"id": 60').waitFor();
    await dialog.getByText('Customer 60 failed after 1 attempt', { exact: false }).waitFor();
    expect(searchOf(page).get('line')).toBe('60');
    await pressEscape(dialog);
    expect(searchOf(page).get('line')).toBeNull();
    await page.goto(`${stack.url}/runs/${runId}?line=1`);
    const first = page.getByRole('dialog', { name: 'Customer #1' });
    await first.getByText('Created').waitFor();
    await pressEscape(first);

    await page.getByRole('img', { name: '130 customers completed', exact: false }).waitFor();

    // The log, filtered and paused, during a retry of one reason.
    const log = card(page, 'Activity');
    // Nothing is chosen at first: everything is shown. A click shows only that level.
    const errors = log.getByRole('button', { name: 'Error' });
    expect(await errors.getAttribute('aria-pressed')).toBe('false');
    await errors.click();
    expect(await errors.getAttribute('aria-pressed')).toBe('true');
    await log.getByLabel('Filter by text').fill('EMAIL');
    const entries = log.getByRole('listitem');
    await expect.poll(() => entries.count()).toBe(4);
    await log.getByLabel('Filter by text').fill('');
    await expect.poll(() => searchOf(page).get('text')).toBeNull();
    await errors.click();
    await log.getByRole('button', { name: 'Pause updates' }).click();
    await log.getByText('Paused', { exact: true }).waitFor();

    // Several reasons together, or everything that a search finds; Escape restores the focus.
    for (const box of await reasons.getByRole('checkbox').all()) await box.check();
    const several = page.getByRole('button', { name: 'Retry 4 for 2 reasons' });
    await several.focus();
    await page.keyboard.press('Enter');
    const askAll = page.getByRole('alertdialog', {
      name: 'Retry 4 customers that failed for these 2 reasons?',
    });
    await askAll.getByText('another reason').waitFor();
    await pressEscape(askAll);
    await untilFocused(several);
    await lines.getByRole('searchbox').fill('customer');
    await lines.getByRole('button', { name: 'Retry all 4 that match' }).click();
    await pressEscape(
      page.getByRole('alertdialog', { name: 'Retry 4 customers that match “customer”?' }),
    );
    await lines.getByRole('searchbox').fill('');
    for (const box of await reasons.getByRole('checkbox').all()) await box.uncheck();

    sim.faults.clear();
    await reasons.getByRole('button', { name: 'Retry these 3' }).click();
    const ask = page.getByRole('alertdialog', {
      name: 'Retry 3 customers that failed for this reason?',
    });
    await ask.getByText('1 other failed customer stays failed.').waitFor();
    await ask.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText('ended with 1 failed customer', { exact: false }).first().waitFor();
    const run = await stack.sync.status(stack.caller, { runId });
    expect(run).toMatchObject({ round: 2, processCount: 2, counts: { done: 129, failed: 1 } });
    const held = Number(searchOf(page).get('held'));
    await log.getByText(`${run.activitySeq - held} new entries`).waitFor();
    expect(await log.getByText('Round 2: 3 of 4', { exact: false }).count()).toBe(0);
    await log.getByRole('button', { name: 'Resume updates' }).click();
    await log.getByText('Round 2: 3 of 4', { exact: false }).waitFor();
    await reasons.getByRole('button', { name: 'Retry this one' }).waitFor();

    // A lost connection is detected, and nothing is missing after it is restored.
    await product.stopApi();
    await page.getByText('Reconnecting…').waitFor();
    const { activitySeq: seen } = await stack.sync.status(stack.caller, { runId });
    await stack.sync.retry(stack.caller, { runId });
    await expect
      .poll(async () => (await stack.sync.status(stack.caller, { runId })).state, {
        timeout: 30_000,
      })
      .toBe('done');
    const { activitySeq } = await stack.sync.status(stack.caller, { runId });
    await product.startApi();
    await page.getByText(`Live again, ${activitySeq - seen} entries caught up`).waitFor();
    await log.getByText('Round 3: 1 failed customer', { exact: false }).waitFor();
    await expect.poll(() => reasons.count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
