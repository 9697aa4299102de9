import { expect } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import type { OpenStore } from '../support/open-store.ts';
import { isActive, type Model, type Stage } from './step.ts';

/** After the faults end and people act as required, each run ends and the table matches the store. */
export async function expectEnd({ store, crew }: Stage, model: Model): Promise<void> {
  const { sim, stores, caller, storeId, sync } = store;
  sim.faults.clear();
  // They may still be processing a response that pauses the store.
  await crew.wakeAll();
  await stores.resume(caller, { storeId });
  await crew.giveUpOn();
  const runs = [...model.runs.keys()];
  const states = await Promise.all(runs.map((runId) => sync.status(caller, { runId })));
  // An active run blocks a retry of the others.
  for (const { runId } of states.filter(isActive)) await endRun(store, runId);
  for (const runId of runs) await endRun(store, runId);

  const { run } = await sync.start(caller, { storeId, kind: 'reconcile' });
  await endRun(store, run.runId);
  await expectSame(store);
}

/** Until `done`, with one retry if it ends with failures. */
async function endRun(store: OpenStore, runId: string): Promise<void> {
  const { sync, caller } = store;
  const first = await store.drive(runId);
  if (first.state === 'done') return;
  await sync.retry(caller, { runId, override: true });
  const second = await store.drive(runId);
  if (second.state === 'done') return;
  // A record without an id cannot be found by position after the list has moved; a later walk reads it.
  const { items } = await sync.lines(caller, { runId, state: 'failed', limit: 100 });
  expect(items.filter(({ wooCustomerId }) => wooCustomerId !== null)).toEqual([]);
  expect(second.discovery.error).toBe(null);
  await sync.forceDone(caller, { runId, reason: 'the list has moved' });
}
