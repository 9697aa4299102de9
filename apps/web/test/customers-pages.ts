import type { Stack } from '@mantis-sync/test/start-stack.ts';
import { storeInput } from '@mantis-sync/test/store-input.ts';
import { until } from '@mantis-sync/test/until.ts';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export const zoe = 20;

/** Two stores: one with Zoé among 130 customers, a small one. */
export async function openStores(): Promise<{ sim: WooSim; outlet: WooSim }> {
  const sim = await createWooSim({ customers: 130, staff: true });
  sim.customers.update(zoe, {
    first_name: 'Zoé',
    last_name: 'Müller',
    email: 'zoe@shop.test',
    username: 'lonelylogin',
    billing: {
      company: 'Käse & Söhne',
      city: 'Zürich',
      country: 'CH',
      phone: '+41 79 123 45 67',
    },
  });
  return { sim, outlet: await createWooSim({ customers: 3 }) };
}

/** @returns the store's id */
export async function connect(stack: Stack, name: string, sim: WooSim): Promise<string> {
  return (await stack.stores.connect(stack.caller, storeInput(sim, name))).id;
}

/** @returns the run, at its end */
export async function sync(
  stack: Stack,
  storeId: string,
  kind: 'full' | 'reconcile',
): Promise<string> {
  const { run } = await stack.sync.start(stack.caller, { storeId, kind });
  const stateOf = async () => (await stack.sync.status(stack.caller, run)).state;
  await until('the end of the run', async () => (await stateOf()) === 'done');
  return run.runId;
}

export const field = (page: Page) => page.getByRole('searchbox', { name: 'Find customers' });
export const rows = (page: Page) => page.locator('tbody tr');
export const namesOf = (page: Page) => rows(page).locator('[data-row]').allInnerTexts();
export const searchOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
export const found = (page: Page, names: string[]) =>
  expect.poll(() => namesOf(page)).toEqual(names);
export const historyOf = (page: Page) => page.getByRole('list', { name: 'Changes, newest first' });
