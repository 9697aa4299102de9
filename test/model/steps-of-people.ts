import assert from 'node:assert/strict';
import { armFailpoint, SyncError } from '@mantis-sync/sync-core';
import fc from 'fast-check';
import { expectedOfStart, refusalOfRetry } from './run-model.ts';
import { isActive, type Model, runBack, step } from './step.ts';

const activeOf = ({ runs }: Model) => [...runs.values()].find(isActive);

/** So that a round ends after a few steps, and three rounds exhaust a run. */
const FEW_TRIES = { pageSize: 10, maxRetries: 1, maxPageAttempts: 3, maxRounds: 3 };

function starting(keys: fc.Arbitrary<string | null>) {
  const requests = {
    kind: fc.constantFrom('full', 'delta', 'reconcile'),
    key: keys,
    batchSize: fc.constantFrom(7, 1),
  };
  return fc.record(requests).map(({ kind, key, batchSize }) =>
    step(
      `start a ${kind} run in batches of ${batchSize}${key === null ? '' : `, with key ${key}`}`,
      'anything_else',
      async ({ store: { sync, caller, storeId } }, model) => {
        const request = `${kind}, ${batchSize}`;
        const known = key === null ? undefined : model.keys.get(key);
        const expected = expectedOfStart(known, activeOf(model), model.isPaused, request);
        const answer = sync.start(caller, {
          storeId,
          kind,
          ...(key !== null && { idempotencyKey: key }),
          settings: { ...FEW_TRIES, batchSize },
        });
        if (expected && 'refusal' in expected) return expectRefusal(answer, expected.refusal);
        const { run, created } = await answer;
        if (expected) {
          assert.deepEqual({ id: run.runId, created }, { id: expected.runId, created: false });
          return null;
        }
        assert.ok(created && !model.runs.has(run.runId), 'a new run was expected');
        model.runs.set(run.runId, run);
        if (key !== null) model.keys.set(key, { runId: run.runId, request });
        return null;
      },
    ),
  );
}

export const start = starting(fc.constantFrom(null, 'a', 'b'));
/** With an idempotency key that may be known. */
export const startAgain = starting(fc.constantFrom('a', 'b'));

export const retry = fc
  .record({ override: fc.boolean(), back: fc.constantFrom(0, 0, 1) })
  .map(({ override, back }) =>
    step(
      `retry run −${back}${override ? ' with override' : ''}`,
      'retry',
      async ({ store: { sync, caller } }, model) => {
        const run = runBack(model, back);
        if (!run) return null;
        const { runId } = run;
        const refusal = refusalOfRetry(run, activeOf(model), model.isPaused, override);
        const retrying = sync.retry(caller, { runId, override });
        if (refusal) return expectRefusal(retrying, refusal);
        const { retriedLines } = await retrying;
        assert.equal(retriedLines, isActive(run) ? 0 : run.counts.failed);
        return runId;
      },
    ),
  );

export const forceDone = fc.constantFrom(0, 0, 1).map((back) =>
  step(`force run −${back} done`, 'force_done', async ({ store: { sync, caller } }, model) => {
    const run = runBack(model, back);
    if (!run) return null;
    const { runId, counts } = run;
    const { cancelledLines } = await sync.forceDone(caller, { runId, reason: 'enough' });
    assert.equal(cancelledLines, counts.draft + counts.processing + counts.failed);
    return runId;
  }),
);

const ACTIONS = ['start.inserted', 'retry.lines_reset', 'force_done.lines_cancelled'] as const;

/** The API crashes in the middle of an action: the action has no effect. */
export const apiDies = fc.constantFrom(...ACTIONS).map((name) =>
  step(`the API dies at ${name}`, 'anything_else', async ({ store }, model) => {
    const { sync, caller, storeId } = store;
    const run = runBack(model, 0);
    const runId = run?.runId;
    const armed = armFailpoint(`${name}:throw`);
    try {
      if (name === 'start.inserted') await sync.start(caller, { storeId });
      else if (!run || !runId) return;
      // A retry of an active run resets nothing.
      else if (name === 'retry.lines_reset')
        await (isActive(run) || sync.retry(caller, { runId, override: true }));
      else await sync.forceDone(caller, { runId, reason: 'enough' });
    } catch (error) {
      if (armed.hits === 0 && !(error instanceof SyncError)) throw error;
    } finally {
      armed.disarm();
    }
  }),
);

export const pause = fc.constant(
  step('pause the store', 'anything_else', async ({ store: { stores, caller, storeId } }) => {
    await stores.pause(caller, { storeId, reason: 'stocktaking' });
  }),
);

export const resume = fc.constant(
  step('resume the store', 'resume', async ({ store: { stores, caller, storeId } }) => {
    await stores.resume(caller, { storeId });
  }),
);

/** @returns that no run was changed */
async function expectRefusal(answer: Promise<unknown>, code: string): Promise<null> {
  const outcome = await answer.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof SyncError) return error.code;
      throw error;
    },
  );
  assert.equal(outcome, code);
  return null;
}
