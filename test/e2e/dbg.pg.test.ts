import { test } from 'vitest';
import { freezeClock } from './world/freeze-clock.ts';
import { openWorld } from './world/open-world.ts';
import { setTimeout as delay } from 'node:timers/promises';
test('dbg', async () => {
  const world = await openWorld({ customers: 797 });
  const clock = await freezeClock(world.db.admin);
  world.sim.faults.add({
    fault: {
      kind: 'patch-row',
      ids: [50, 200, 333, 500, 797],
      set: { email: { address: 'lost' } },
    },
  });
  await world.startWorker();
  const { run } = await world.app.sync.start.mutate({ storeId: world.storeId });
  const q = run.queueId;
  await world.untilRun(q, 'w', (r) => r.counts.draft === 5 && r.counts.done === 792);
  const dump = async (t: string) => {
    const r = await world.db.admin.query(
      `select j.id, key, run_at - clock_timestamp() as due, locked_by is not null as locked, attempts, last_error, t.identifier from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = task_id order by 1`,
    );
    console.log(t, clock.now, JSON.stringify(r.rows));
    const l = await world.db.admin.query(
      `select position, state, attempts, next_attempt_at, mantis.now() as now from woo_customer_sync_queue_line where state<>'done'`,
    );
    console.log(JSON.stringify(l.rows));
  };
  await dump('waiting');
  await clock.advance(999);
  await dump('999');
  await clock.untilLookedAt(q);
  await dump('looked');
  await clock.advance(1);
  for (let i = 0; i < 4; i++) {
    await delay(500);
    await dump('t' + i);
  }
  console.log(JSON.stringify(await world.app.sync.status.query({ queueId: q }), null, 1));
  console.log(
    JSON.stringify(
      (await world.app.sync.activity.query({ queueId: q, limit: 20 })).items.map((a) => [
        a.at,
        a.event,
        a.message,
      ]),
      null,
      1,
    ),
  );
}, 60000);
