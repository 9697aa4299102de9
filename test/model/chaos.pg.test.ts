import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRule } from '@mantis-sync/woo-sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedCustomer, storedCustomers } from '../support/expected-customer.ts';
import { isOver, openWorld } from '../support/open-world.ts';
import type { WorkerProcess } from '../support/start-worker.ts';
import { until } from '../support/until.ts';
import { startOwnServer } from '../support/own-server.ts';

const seed = Number(process.env['MANTIS_SOAK_SEED'] ?? 1);
const CHAOS_MS = process.env['MANTIS_SOAK_SEED'] ? 30_000 : 6_000;
const WORKERS = 2;

const troubles: FaultRule[] = [
  { probability: 0.3, fault: { kind: 'status', status: 503 } },
  { probability: 0.2, fault: { kind: 'cut', afterBytes: 500 } },
  { probability: 0.3, fault: { kind: 'delay', ms: 300 } },
  { probability: 0.2, fault: { kind: 'reset' } },
  { fault: { kind: 'shuffle', scope: 'page' } },
];

const ACTS = ['kill', 'kill', 'freeze', 'stop', 'crash the database', 'trouble', 'calm'] as const;

test(`processes are killed, frozen and stopped, the database crashes, the store misbehaves (seed ${seed})`, async () => {
  const plan = fc.sample(
    fc.tuple(fc.constantFrom(...ACTS), fc.nat(), fc.integer({ min: 50, max: 600 })),
    { seed, numRuns: 1_000 },
  );
  const { server, db } = await startOwnServer();
  const world = await openWorld({
    customers: 1_500,
    latency: { bootMs: 120, perCustomerMs: 0 },
    db,
  });
  const workers: WorkerProcess[] = [];
  const hire = async () => void workers.push(await world.startWorker());
  for (let index = 0; index < WORKERS; index++) await hire();
  const { run } = await world.app.sync.start.mutate({
    storeId: world.storeId,
    settings: { pageSize: 50, pagesAhead: 1, maxPageAttempts: 50 },
  });

  const over = Date.now() + CHAOS_MS;
  const done: string[] = [];
  for (const [act, pick, pauseMs] of plan) {
    if (Date.now() > over) break;
    done.push(act);
    const at = pick % workers.length;
    const worker = workers[at]!;
    if (act === 'kill' || act === 'stop') {
      workers.splice(at, 1);
      await (act === 'kill' ? worker.kill() : worker.stop());
      await hire();
    } else if (act === 'freeze') {
      worker.freeze();
      setTimeout(() => worker.thaw(), (pick % 12) * 1_000).unref();
    } else if (act === 'crash the database') await server.restart('immediate');
    else if (act === 'trouble') world.sim.faults.set([troubles[pick % troubles.length]!]);
    else world.sim.faults.clear();
    await delay(pauseMs);
  }

  world.sim.faults.clear();
  for (const worker of workers) worker.thaw();
  const untilOver = () =>
    until(
      `the end of the run, after: ${done.join(', ')}`,
      async () => {
        const now = await world.app.sync.status.query({ runId: run.runId }).catch(() => null);
        return now && isOver(now) && now;
      },
      90_000,
    );
  let end = await untilOver();
  if (end.state !== 'done') {
    await world.app.sync.retry.mutate({ runId: run.runId, override: true });
    end = await untilOver();
  }
  expect(end).toMatchObject({ state: 'done', counts: { done: 1_500, failed: 0 } });
  expect(await storedCustomers(db.admin)).toEqual(world.sim.customers.list().map(expectedCustomer));
});
