import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import type { Stack } from '@mantis-sync/test/start-stack.ts';
import { storeInput } from '@mantis-sync/test/store-input.ts';
import type { WooSim } from '@mantis-sync/woo-sim';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenPage } from './open-page.ts';

const broken = [3, 4, 120];
const other = 60;

/** A run of 130 customers, of which 4 failed. */
export async function endRun(sim: WooSim, stack: Stack) {
  sim.faults.add({
    fault: { kind: 'patch-row', ids: [...broken, other], remove: ['email', 'username'] },
  });
  const [known] = await stack.stores.list(stack.caller);
  const store = known ?? (await stack.stores.connect(stack.caller, storeInput(sim, 'Main shop')));
  const { run } = await stack.sync.start(stack.caller, { storeId: store.id });
  await expect
    .poll(async () => (await stack.sync.status(stack.caller, run)).state, { timeout: 60_000 })
    .toBe('partial');
  return run;
}

/** The page of such a run, whose customers failed for two reasons. */
export async function openRun(
  sim: WooSim,
  { stack, db, signIn }: { stack: Stack; db: TestDatabase; signIn: () => Promise<OpenPage> },
): Promise<OpenPage & { runId: string }> {
  const run = await endRun(sim, stack);
  await db.admin.query(
    `update woo_customer_sync_queue_line set error_message = 'another reason'
      where woo_customer_id = $1 and queue_id = $2`,
    [other, run.runId],
  );
  const { page, problems } = await signIn();
  await page.goto(`${stack.url}/runs/${run.runId}`);
  await page.getByText('ended with 4 failed customers', { exact: false }).first().waitFor();
  return { page, problems, runId: run.runId };
}

/** The card with a title. */
export const card = (page: Page, title: string): Locator =>
  page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) })
    .last();
