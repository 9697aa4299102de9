import { armFailpoint, FAILPOINTS, SyncError, type RunStatus } from '@mantis-sync/sync-core';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import type { FaultRule } from '@mantis-sync/woo-sim';
import fc, { type AsyncCommand } from 'fast-check';
import type { Shop } from '../e2e/world/open-shop.ts';
import { type Cause, objectionsTo } from './run-model.ts';

/** What the model remembers: runs as they were seen last, the newest last. */
export interface Model {
  runs: Map<string, RunStatus>;
  /** Run and request of each idempotency key. */
  keys: Map<string, { queueId: string; kind: string }>;
}

/** A step of a sequence, told by a line that can be read. */
type Step = AsyncCommand<Model, Shop>;

/** Never reached: what takes a failpoint back. */
const NOWHERE = 'sweep.reclaimed:1000000000:throw';

function step(
  line: string,
  cause: Cause,
  run: (shop: Shop, model: Model) => Promise<unknown>,
): Step {
  return {
    check: () => true,
    async run(model, shop) {
      await run(shop, model);
      await look(shop, model, cause);
    },
    toString: () => line,
  };
}

/** Looks at every run, and at the tables: the model must agree with all of it. */
async function look({ sync, caller, db }: Shop, { runs }: Model, cause: Cause): Promise<void> {
  const broken = await findBrokenInvariants(db.admin);
  const objections = Object.keys(broken);
  let active = 0;
  for (const [queueId, before] of runs) {
    const now = await sync.status(caller, { queueId });
    const moved: Cause = now.revision === before.revision ? 'anything_else' : cause;
    objections.push(
      ...objectionsTo(before, now, moved === 'force_done' && now.state !== 'done' ? 'work' : moved),
    );
    if (now.state === 'draft' || now.state === 'processing') active += 1;
    runs.set(queueId, now);
  }
  if (active > 1) objections.push(`${active} walks of one store at once`);
  if (objections.length > 0) throw new Error(objections.join('; '));
}

/** A refusal that the caller is told of; everything else is a defect. */
async function mayBeRefused(act: Promise<unknown>, codes: string[]): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof SyncError) || !codes.includes(error.code)) throw error;
  }
}

const nth = <T>(items: readonly T[], index: number): T | undefined =>
  items[index % (items.length || 1)];

const start = fc
  .record({
    kind: fc.constantFrom('full' as const, 'delta' as const, 'reconcile' as const),
    key: fc.constantFrom(null, 'a', 'b'),
  })
  .map(({ kind, key }) =>
    step(
      `start a ${kind} run${key === null ? '' : ` with key ${key}`}`,
      'anything_else',
      (shop, model) =>
        mayBeRefused(
          (async () => {
            const { run, created } = await shop.sync.start(shop.caller, {
              storeId: shop.storeId,
              kind,
              ...(key !== null && { idempotencyKey: key }),
              settings: { pageSize: 10, batchSize: 7 },
            });
            const known = key === null ? undefined : model.keys.get(key);
            if (known && known.queueId !== run.queueId) throw new Error('one key, two runs');
            if (created === model.runs.has(run.queueId)) throw new Error('created, or not?');
            if (key !== null && !known && created)
              model.keys.set(key, { queueId: run.queueId, kind });
            if (created) model.runs.set(run.queueId, run);
          })(),
          ['store_paused', 'idempotency_key_reused'],
        ),
    ),
  );

/** One job, of the newest run or of an older one; what fails in it is the worker's to bear. */
function work(sort: 'discover' | 'process') {
  return fc.nat(2).map((back) =>
    step(`${sort} run −${back}`, 'work', async ({ worker, caller }, { runs }) => {
      const queueId = [...runs.keys()].at(-1 - back);
      if (queueId === undefined) return;
      await worker[sort]({ orgId: caller.orgId, queueId }, new AbortController().signal);
    }),
  );
}

const dieAt = fc
  .constantFrom(...FAILPOINTS.filter((name) => /^(discovery|processing)\./.test(name)))
  .map((name) =>
    step(`an error of ours at ${name}`, 'work', async ({ worker, caller }, { runs }) => {
      const queueId = [...runs.keys()].at(-1);
      if (queueId === undefined) return;
      armFailpoint(`${name}:1:throw`);
      try {
        const job = { orgId: caller.orgId, queueId };
        const { signal } = new AbortController();
        await worker.discover(job, signal).catch(() => undefined);
        await worker.process(job, signal).catch(() => undefined);
      } finally {
        armFailpoint(NOWHERE);
      }
    }),
  );

const retry = fc.boolean().map((override) =>
  step(`retry${override ? ' with override' : ''}`, 'retry', ({ sync, caller }, { runs }) => {
    const queueId = [...runs.keys()].at(-1);
    return mayBeRefused(
      queueId === undefined ? Promise.resolve() : sync.retry(caller, { queueId, override }),
      ['already_over', 'already_active', 'store_paused', 'override_required'],
    );
  }),
);

const forceDone = fc.constant(
  step('force done', 'force_done', async ({ sync, caller }, { runs }) => {
    const queueId = [...runs.keys()].at(-1);
    if (queueId !== undefined) await sync.forceDone(caller, { queueId, reason: 'enough' });
  }),
);

const pause = fc.constant(
  step('pause the store', 'anything_else', ({ stores, caller, storeId }) =>
    stores.pause(caller, { storeId, reason: 'stocktaking' }),
  ),
);
const resume = fc.constant(
  step('resume the store', 'work', ({ stores, caller, storeId }) =>
    stores.resume(caller, { storeId }),
  ),
);
const sweep = fc.constant(step('sweep', 'work', ({ worker }) => worker.sweep()));
const wait = fc
  .constantFrom(1_000, 10_000, 600_000)
  .map((ms) => step(`${ms / 1_000} s pass`, 'anything_else', ({ clock }) => clock.advance(ms)));

const shopping = fc.oneof(
  fc.constant(
    step('somebody registers', 'anything_else', async ({ sim }) => void sim.customers.create({})),
  ),
  fc.nat(30).map((index) =>
    step(`customer #${index} changes`, 'anything_else', async ({ sim }) => {
      const id = nth(sim.customers.ids(), index);
      if (id !== undefined)
        sim.customers.update(id, { first_name: `Name ${sim.customers.version}` });
    }),
  ),
  fc.nat(30).map((index) =>
    step(`customer #${index} is deleted`, 'anything_else', async ({ sim }) => {
      const id = nth(sim.customers.ids(), index);
      if (id !== undefined) sim.customers.delete(id);
    }),
  ),
);

const troubles: Record<string, FaultRule> = {
  'the store answers 503': { fault: { kind: 'status', status: 503 } },
  'the store answers 429': { fault: { kind: 'status', status: 429, retryAfter: 5 } },
  'the store refuses the key': { fault: { kind: 'status', status: 401 } },
  'the store answers with HTML': { fault: { kind: 'html200' } },
  'every third answer is cut off': { probability: 0.33, fault: { kind: 'cut', afterBytes: 40 } },
  'customer #4 is broken': { fault: { kind: 'patch-row', ids: [4], set: { billing: 'none' } } },
  'customer #9 makes the store fail': { fault: { kind: 'poison', ids: [9] } },
};
const trouble = fc
  .constantFrom(...Object.keys(troubles))
  .map((line) =>
    step(line, 'anything_else', async ({ sim }) => sim.faults.set([troubles[line] as FaultRule])),
  );
const heal = fc.constant(
  step('the store is well', 'anything_else', async ({ sim }) => sim.faults.clear()),
);

/** Sequences of everything that people, workers, stores and time can do. */
export const sequences = (replayPath?: string) =>
  fc.commands(
    [
      start,
      work('discover'),
      work('discover'),
      work('process'),
      work('process'),
      dieAt,
      retry,
      forceDone,
      pause,
      resume,
      sweep,
      wait,
      shopping,
      trouble,
      heal,
    ],
    { maxCommands: 40, size: 'max', ...(replayPath !== undefined && { replayPath }) },
  );
