import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { expect } from 'vitest';
import { readActivity, type RunStatus } from './api-client.ts';
import { expectedCustomer, storedCustomers } from './expected-customer.ts';
import { isOver, TAKEOVER_MS, type World } from './open-world.ts';
import { until } from './until.ts';

/** After database restarts: in the worst case a lease of a minute must expire first, on a busy machine. */
const RESTART_MS = 150_000;

/** Waits until a run ends without intervention, and checks that nothing was lost. */
export async function expectDone(
  world: World,
  runId: string,
  deadlineMs = TAKEOVER_MS,
): Promise<RunStatus> {
  const end = await world.untilRun(runId, 'a run that is over', isOver, deadlineMs);
  await expectWhole(world, end);
  expect(end.state).toBe('done');
  return end;
}

/** Waits for the end although the API may lose its database for a while. */
export async function expectDoneThrough(world: World, runId: string): Promise<void> {
  const end = await until(
    'a run that is over',
    async () => {
      const run = await world.app.sync.status.query({ runId }).catch(() => undefined);
      return run && isOver(run) && run;
    },
    RESTART_MS,
  );
  expect(end.state).toBe('done');
  await expectWhole(world, end);
}

/**
 * What must hold after any fault: all invariants, every done customer stored once and as in the store, counts
 * that match the lines, and a gapless activity.
 */
export async function expectWhole(world: World, run: RunStatus): Promise<void> {
  expect(await findBrokenInvariants(world.db.admin)).toEqual({});
  expect(run).toMatchObject({ counts: { draft: 0, processing: 0 } });
  expect(run.discovery.requestsUsed).toBeLessThanOrEqual(run.discovery.requestsBudget);

  const { rows } = await world.db.admin.query<{ woo_customer_id: number }>(
    `select woo_customer_id from woo_customer_sync_queue_line where queue_id = $1 and state = 'done'`,
    [run.runId],
  );
  const done = new Set(rows.map((row) => row.woo_customer_id));
  const customers = world.sim.customers.list();
  if (run.state === 'done') expect(done).toEqual(new Set(customers.map(({ id }) => id)));
  expect(await storedCustomers(world.db.admin)).toEqual(
    customers.filter(({ id }) => done.has(id)).map(expectedCustomer),
  );

  const story = await readActivity(world.app, run.runId);
  expect(story[0]?.event).toBe('run.started');
  expect(story.map(({ seq }) => seq)).toEqual(story.map((_entry, index) => index + 1));
  expect(story.filter(({ event }) => event === `run.${run.state}`)).toHaveLength(1);
}
