import { setTimeout as delay } from 'node:timers/promises';
import type { RunStatus } from '@mantis-sync/sync-core';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import type { AsyncCommand } from 'fast-check';
import type { OpenStore } from '../support/open-store.ts';
import type { Crew } from './crew.ts';
import { type Cause, objectionsTo } from './run-model.ts';

/** The subject of a step: a store with its worker, and further workers. */
export interface Stage {
  store: OpenStore;
  crew: Crew;
}

/** The last observed state. */
export interface Model {
  /** The newest last. */
  runs: Map<string, RunStatus>;
  /** Run and request of each idempotency key. */
  keys: Map<string, { runId: string; request: string }>;
  isPaused: boolean;
}

/** A step of a sequence, described by one line. */
export type Step = AsyncCommand<Model, Stage>;

/** The runs that a step affected: one, none (null), or any. */
type About = string | null | void;

/** Longer than any step; a step that hangs fails and is shrunk. In milliseconds. */
const STEP_MS = 15_000;

/**
 * | @param cause what the step may have done to the affected runs
 * @param act throws if the result differs from the model's
 */
export function step(
  line: string,
  cause: Cause,
  act: (stage: Stage, model: Model) => Promise<About>,
): Step {
  return {
    check: () => true,
    async run(model, stage) {
      const about = await inTime(act(stage, model));
      await look(stage, model, (runId) =>
        about === undefined || about === runId ? cause : 'anything_else',
      );
    },
    toString: () => line,
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(STEP_MS, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`a step took more than ${STEP_MS} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** Compares every run and the tables with the model. */
async function look(
  { store, crew }: Stage,
  model: Model,
  causeOf: (runId: string) => Cause,
): Promise<void> {
  const { sync, stores, caller, db, storeId } = store;
  const objections = Object.keys(await findBrokenInvariants(db.admin));
  for (const [runId, before] of model.runs) {
    const now = await sync.status(caller, { runId });
    objections.push(...objectionsTo(before, now, causeOf(runId)));
    model.runs.set(runId, now);
  }
  const active = [...model.runs.values()].filter(isActive);
  if (active.length > 1) objections.push(`${active.length} concurrent walks of one store`);
  if (await crew.isAnythingForgotten())
    objections.push('a worker that has ended holds lines or a walk');
  model.isPaused = (await stores.get(caller, { storeId })).state === 'paused';
  if (objections.length > 0) throw new Error(objections.join('; '));
}

export function isActive({ state }: RunStatus): boolean {
  return state === 'draft' || state === 'processing';
}

/** The run this many before the newest one. */
export function runBack({ runs }: Model, back: number): RunStatus | undefined {
  return [...runs.values()].at(-1 - back);
}
