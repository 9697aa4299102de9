import { readFile } from 'node:fs/promises';
import { createTcpProxy } from '@mantis-sync/dev-postgres/testing';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { chromiumPath } from './open-browser.ts';
import { pressEscape, untilFocused } from './open-page.ts';
import { card, endRun, openRun } from './run-pages.ts';
import { test } from './share-stack.ts';

if (!chromiumPath) console.log('Page of a run in a browser: skipped, no Chromium is installed');

/** The API sends something every few seconds; a page that hears nothing for this long reconnects. */
const keepAliveMs = 12_000;

describe.skipIf(!chromiumPath)('details of the page of a run, in a real browser', () => {
  let sim: WooSim;
  beforeAll(async () => {
    sim = await createWooSim({ customers: 130 });
  });
  afterAll(() => sim?.close());

  test('failed customers are retried and a run is forced done by keyboard alone, and the focus returns', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems, runId } = await openRun(sim, { stack, db, signIn });
    const dialog = page.getByRole('alertdialog');
    const tabTo = async (name: string, place: Page | Locator = page) => {
      const wanted = place.getByRole('button', { name, exact: true }).first();
      await wanted.waitFor();
      while (!(await wanted.evaluate((one) => one === document.activeElement)))
        await page.keyboard.press('Tab');
    };
    const isFocused = (name: string) =>
      expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()))
        .toBe(name);
    const runNow = () => stack.sync.status(stack.caller, { runId });
    for (const name of ['Retry', 'Force done']) {
      await tabTo(name);
      await page.keyboard.press('Enter');
      await pressEscape(dialog);
      await isFocused(name);
    }
    await tabTo('Retry');
    await page.keyboard.press('Enter');
    await untilFocused(dialog);
    await tabTo('Retry', dialog);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(async () => [(await runNow()).round, (await runNow()).state])
      .toEqual([2, 'partial']);

    await tabTo('Force done');
    await page.keyboard.press('Enter');
    await untilFocused(dialog);
    while (!(await dialog.getByLabel('Reason').evaluate((one) => one === document.activeElement)))
      await page.keyboard.press('Tab');
    await page.keyboard.type('They left the shop');
    await tabTo('Force done', dialog);
    await page.keyboard.press('Enter');
    await page.getByText('Forced done by', { exact: false }).waitFor();
    expect((await runNow()).state).toBe('done');
    expect(problems).toEqual([]);
  });

  test('a connection that drops all packets is detected, and restored automatically', async ({
    stack,
    signIn,
  }) => {
    const run = await endRun(sim, stack);
    const { length: known } = (await stack.sync.list(stack.caller, { limit: 20 })).items;
    const proxy = await createTcpProxy(stack.url);
    onTestFinished(() => proxy.close());
    const { page, problems } = await signIn();
    await page.clock.install();
    await page.goto(`${proxy.through(stack.url)}runs/${run.runId}`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page
      .getByRole('heading', { name: /Main shop/ })
      .first()
      .waitFor();

    proxy.mode = 'black-hole';
    await page.clock.fastForward(keepAliveMs);
    await page.getByText('Reconnecting…').waitFor();
    await stack.sync.start(stack.caller, { storeId: run.storeId });

    proxy.mode = 'pass';
    await page.getByText(/^Live again/).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    await expect.poll(() => page.getByRole('row', { name: /Full sync/ }).count()).toBe(known + 1);
    expect(problems).toEqual([]);
  });

  test('a run can be printed: bars, squares and every loaded customer stay, controls do not, and it says what is missing', async ({
    stack,
    signIn,
  }) => {
    const { runId } = await endRun(sim, stack);
    const { page, problems } = await signIn();
    await page.goto(`${stack.url}/runs/${runId}?lines=all`);
    const list = card(page, 'Customer list');
    await list.getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => list.getByRole('row').count()).toBeGreaterThan(99);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.emulateMedia({ media: 'print' });
    const isShown = (text: string) => page.getByText(text, { exact: true }).first().isVisible();
    for (const control of ['Force done', 'Start new run', 'Pause updates', 'Load more'])
      expect([control, await isShown(control)]).toEqual([control, false]);
    // What was not loaded is not on paper, which says so.
    for (const text of ['125 of 130 customers', 'The rest was not loaded, so it is not printed.'])
      expect([text, await list.getByText(text).isVisible()]).toEqual([text, true]);
    await list.getByText('#1', { exact: true }).waitFor();
    expect(await list.getByRole('row').count()).toBeGreaterThan(99);
    const square = card(page, 'Batches').locator('[data-state]').first();
    expect(await square.isVisible()).toBe(true);
    const colours = await square.evaluate((one) => getComputedStyle(one).printColorAdjust);
    expect(colours).toBe('exact');
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('header')].map((one) => getComputedStyle(one).position),
      ),
    ).not.toContain('sticky');
    expect(problems).toEqual([]);
  });

  test('the id of a run is copied by a click', async ({ context, stack, signIn }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { runId } = await endRun(sim, stack);
    const { page, problems } = await signIn();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    for (const path of ['/runs', `/runs/${runId}`]) {
      await page.goto(`${stack.url}${path}`);
      await page.evaluate(() => navigator.clipboard.writeText(''));
      const copy = page.getByRole('button', { name: /^Copy the run ID/ }).first();
      await copy.click();
      await page.getByRole('button', { name: /^Copied/ }).waitFor();
      expect(await copied()).toBe(runId);
    }
    expect(problems).toEqual([]);
  });

  test('the activity and the failed customers are downloaded as CSV files', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems, runId } = await openRun(sim, { stack, db, signIn });
    const rowsOf = async (label: string) => {
      const started = page.waitForEvent('download');
      await page.getByRole('link', { name: label }).click();
      const file = await started;
      const text = await readFile(await file.path(), 'utf8');
      return { name: file.suggestedFilename(), rows: text.trim().split('\r\n') };
    };

    const failures = await rowsOf('Download failed customers as CSV');
    expect(failures.name).toBe(`run-failures-${runId}.csv`);
    expect(failures.rows.slice(1).map((row) => row.split(',')[1])).toEqual(['3', '4', '60', '120']);
    expect(failures.rows[3]).toContain('another reason');

    const activity = await rowsOf('Download activity as CSV');
    expect(activity.name).toBe(`run-activity-${runId}.csv`);
    const { activitySeq } = await stack.sync.status(stack.caller, { runId });
    expect(activity.rows).toHaveLength(1 + activitySeq);
    expect(activity.rows[1]).toContain('run.started');
    expect(page.url()).toBe(`${stack.url}/runs/${runId}`);
    expect(problems).toEqual([]);
  });

  test('one customer of a run that needs a decision is retried once somebody has checked', async ({
    db,
    stack,
    signIn,
  }) => {
    const { page, problems, runId } = await openRun(sim, { stack, db, signIn });
    for (let round = 2; round <= 3; round += 1) {
      await stack.sync.retry(stack.caller, { runId });
      await expect
        .poll(async () => (await stack.sync.status(stack.caller, { runId })).processCount)
        .toBe(round);
    }
    await page.getByText('This run needs a decision').waitFor();
    const line = page.getByRole('row').filter({ hasText: '#60' });
    await line.getByRole('button', { name: 'Retry this customer' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Retry 1 customer again?' });
    await dialog.getByText('3 other failed customers stay failed.').waitFor();
    await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
    await dialog.getByText('Failed repeatedly', { exact: false }).waitFor();
    sim.faults.clear();
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Retry anyway' }).click();
    await page.getByText('ended with 3 failed customers', { exact: false }).first().waitFor();
    expect(problems).toEqual([]);
  });
});
