import { armFailpoint, FailpointError, FAILPOINTS } from '@mantis-sync/sync-core';
import fc from 'fast-check';
import type { Sort } from './crew.ts';
import { isActive, runBack, type Stage, step } from './step.ts';

const anySort = fc.constantFrom<Sort>('discover', 'process');
/** Of the newest run, or of an older one. */
const anyBack = fc.constantFrom(0, 0, 0, 1);
const job = fc.record({ sort: anySort, back: anyBack });
/** A job has three transactions before its first page, and two before its first batch. */
const anyTransaction = fc.oneof(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 12 }));

const jobUntil = fc.record({ sort: anySort, back: anyBack, transaction: anyTransaction });

/** How often a run may continue before another run gets a turn. */
const TURNS = 40;

/** One job, to the end of its time slice. */
export const work = job.map(({ sort, back }) =>
  step(`${sort} run −${back}`, 'work', async ({ store: { worker, caller } }, model) => {
    const runId = runBack(model, back)?.runId;
    if (runId === undefined) return null;
    await worker[sort]({ orgId: caller.orgId, runId }, new AbortController().signal);
    return runId;
  }),
);

/** Job after job, while time passes, until the run ends or makes no progress. */
export const drive = fc.constant(
  step('work on the newest run', 'work', async (stage, model) => {
    const run = runBack(model, 0);
    if (!run) return null;
    await driveOn(stage, run.runId);
    return run.runId;
  }),
);

async function driveOn({ store }: Stage, runId: string): Promise<void> {
  const { sync, worker, caller, clock } = store;
  const { signal } = new AbortController();
  let revision = -1;
  for (let turn = 0; turn < TURNS; turn++) {
    const run = await sync.status(caller, { runId });
    if (!isActive(run) || run.phase === 'paused') return;
    if (run.revision === revision) await clock.advance(20_000);
    revision = run.revision;
    await worker.discover({ orgId: caller.orgId, runId }, signal);
    await worker.process({ orgId: caller.orgId, runId }, signal);
  }
}

/** A stop in the middle of a time slice releases what is leased. */
export const stop = jobUntil.map(({ sort, back, transaction }) =>
  step(
    `${sort} run −${back}, stopped at transaction ${transaction}`,
    'work',
    async ({ crew }, model) => {
      const runId = runBack(model, back)?.runId;
      if (runId === undefined) return null;
      await crew.stop(sort, runId, transaction);
      return runId;
    },
  ),
);

export const stall = jobUntil.map(({ sort, back, transaction }) =>
  step(
    `${sort} run −${back}, and freezes before transaction ${transaction}`,
    'work',
    async ({ crew }, model) => {
      const runId = runBack(model, back)?.runId;
      if (runId === undefined) return null;
      await crew.stall(sort, runId, transaction);
      return runId;
    },
  ),
);

/** Transactions before which a worker holds a page or a batch. */
const inHand = fc.oneof(
  fc.record({ sort: fc.constant<Sort>('discover'), transaction: fc.integer({ min: 2, max: 7 }) }),
  fc.record({ sort: fc.constant<Sort>('process'), transaction: fc.integer({ min: 3, max: 5 }) }),
);

/** Two workers believe that they hold the same lease: the first one has lost it. */
export const relay = inHand.map(({ sort, transaction }) =>
  step(
    `${sort} twice concurrently, each before transaction ${transaction}, the first one abandoned`,
    'work',
    async ({ store: { worker, caller }, crew }, model) => {
      const runId = runBack(model, 0)?.runId;
      await crew.wakeAll();
      if (runId === undefined) return;
      if (sort === 'process')
        await worker.discover({ orgId: caller.orgId, runId }, new AbortController().signal);
      await crew.stall(sort, runId, transaction);
      await crew.giveUpOn();
      await crew.stall(sort, runId, transaction);
      await crew.wake();
    },
  ),
);

const ON_RUNS = FAILPOINTS.filter((name) => /^(discovery|processing)\./.test(name));
const place = fc.record({ name: fc.constantFrom(...ON_RUNS), hit: fc.constantFrom(1, 1, 2, 3) });

/** A page or a batch, interrupted at critical moments. */
export const die = place.map(({ name, hit }) =>
  step(`a worker dies at ${name}, hit ${hit}`, 'work', async ({ crew }, model) => {
    const runId = runBack(model, 0)?.runId;
    if (runId === undefined) return null;
    await crew.die(runId, name, hit);
    return runId;
  }),
);

/** The worker survives, and releases its leases. */
export const errorOfOurs = place.map(({ name, hit }) =>
  step(`an error of ours at ${name}, from hit ${hit} on`, 'work', async ({ store }, model) => {
    const runId = runBack(model, 0)?.runId;
    if (runId === undefined) return null;
    const armed = armFailpoint(`${name}:${hit}:throw`);
    try {
      for (const each of ['discover', 'process'] as const)
        await store.worker[each](
          { orgId: store.caller.orgId, runId },
          new AbortController().signal,
        ).catch(mustBeOurs);
    } finally {
      armed.disarm();
    }
    return runId;
  }),
);

function mustBeOurs(error: unknown): void {
  if (!(error instanceof FailpointError)) throw error;
}

export const sweep = fc.constant(
  step('sweep', 'work', async ({ store: { worker } }) => {
    await worker.heartbeat();
    await worker.sweep();
  }),
);

const SWEEPS = ['sweep.dead_removed', 'sweep.reclaimed'] as const;

/** The next sweep finds everything that this one missed. */
export const sweepDies = fc.constantFrom(...SWEEPS).map((name) =>
  step(`a sweep dies at ${name}`, 'anything_else', async ({ store: { worker } }) => {
    const armed = armFailpoint(`${name}:throw`);
    try {
      await worker.heartbeat();
      await worker.sweep().catch(mustBeOurs);
    } finally {
      armed.disarm();
    }
  }),
);

export const giveUpOn = fc.constant(
  step('workers without a heartbeat are removed', 'work', async ({ crew }) => crew.giveUpOn()),
);

export const wake = fc.constant(
  step('the frozen worker continues', 'work', async ({ crew }) => crew.wake()),
);

export const timePasses = fc
  .constantFrom(1_000, 10_000, 200_000, 3_600_000)
  .map((ms) =>
    step(`${ms / 1_000} s pass`, 'anything_else', async ({ store: { clock } }) =>
      clock.advance(ms),
    ),
  );
