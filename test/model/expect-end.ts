import { expect } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import type { Shop } from '../support/open-shop.ts';
import { isActive, type Model, type Stage } from './step.ts';

/** After the faults end and people act as required, each run ends and the table matches the store. */
export async function expectEnd({ shop, crew }: Stage, model: Model): Promise<void> {
  const { sim, stores, caller, storeId, sync } = shop;
  sim.faults.clear();
  // They may still be processing a response that pauses the store.
  await crew.wakeAll();
  await stores.resume(caller, { storeId });
  await crew.giveUpOn();
  const runs = [...model.runs.keys()];
  const states = await Promise.all(runs.map((runId) => sync.status(caller, { runId })));
  // An active run blocks a retry of the others.
  for (const { runId } of states.filter(isActive)) await endRun(shop, runId);
  for (const runId of runs) await endRun(shop, runId);

  const { run } = await sync.start(caller, { storeId, kind: 'reconcile' });
  await endRun(shop, run.runId);
  await expectSame(shop);
}

/** Until `done`, with one retry if it ends with failures. */
async function endRun(shop: Shop, runId: string): Promise<void> {
  const { sync, caller } = shop;
  const first = await shop.drive(runId);
  if (first.state === 'done') return;
  await sync.retry(caller, { runId, override: true });
  const second = await shop.drive(runId);
  if (second.state === 'done') return;
  // A record without an id cannot be found by position after the list has moved; a later walk reads it.
  const { items } = await sync.lines(caller, { runId, state: 'failed', limit: 100 });
  expect(items.filter(({ wooCustomerId }) => wooCustomerId !== null)).toEqual([]);
  expect(second.discovery.error).toBe(null);
  await sync.forceDone(caller, { runId, reason: 'the list has moved' });
}
