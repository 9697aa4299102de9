import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveRunState, DISCOVERY_STATES, isTerminal } from './state-machine.ts';
import { type RunFacts, toRunStatus } from './run-status.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

function facts(change: Partial<RunFacts> = {}): RunFacts {
  return {
    id: 'queue',
    storeId: 'store',
    storeName: 'Shop',
    kind: 'full',
    step: 'walk',
    storeState: 'active',
    pauseCode: null,
    pauseReason: null,
    waitedMs: 0,
    waitingSince: null,
    forced: null,
    state: 'processing',
    idempotencyKey: null,
    actor: { type: 'user', id: 'u1', name: 'Ada' },
    settings: { batchSize: 50, maxRounds: 3, maxRetries: 3 },
    discoveryState: 'walking',
    discoveryError: null,
    walk: { unanchored: false, pass: 1 },
    pageCount: 1,
    lastTotal: 797,
    requestsUsed: 2,
    requestsBudget: 77,
    counts: { total: 100, draft: 50, processing: 0, done: 50, failed: 0, cancelled: 0 },
    outcomes: { created: 50, updated: 0, unchanged: 0, deleted: 0 },
    batchCount: 1,
    round: 1,
    processCount: 0,
    action: null,
    wait: null,
    nextAttemptAt: null,
    now: at(10),
    activitySeq: 3,
    revision: 9,
    createdAt: at(0),
    startedAt: at(0),
    finishedAt: null,
    updatedAt: at(10),
    ...change,
  };
}

const counts = (change: Partial<RunFacts['counts']>): RunFacts['counts'] => ({
  total: 0,
  draft: 0,
  processing: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  ...change,
});

const wait = { code: 'rate_limited', reason: 'The store limits our request rate.', until: at(12) };

describe('the phase shown to operators', () => {
  it.each<[string, string, Partial<RunFacts>]>([
    ['done', 'done', { state: 'done' }],
    [
      'partial',
      'ended with 2 failed customers',
      { state: 'partial', counts: counts({ failed: 2 }) },
    ],
    ['failed', 'ended with 1 failed customer', { state: 'failed', counts: counts({ failed: 1 }) }],
    [
      'failed',
      'The key was revoked.',
      { state: 'failed', discoveryError: { code: 'x', message: 'The key was revoked.' } },
    ],
    ['paused', 'paused: key revoked', { storeState: 'paused', pauseReason: 'key revoked' }],
    ['paused', 'paused: the store is paused', { storeState: 'paused' }],
    [
      'waiting_for_store',
      'waiting for the store, next try in 2 s: The store limits our request rate.',
      { wait },
    ],
    ['discovering', 'reading the store’s list of customers', { wait: { ...wait, until: at(10) } }],
    ['queued', 'waiting for a worker', { state: 'draft', discoveryState: 'pending' }],
    ['discovering', 'reading the store’s list of customers', {}],
    ['reconciling', 'reconciling the list with the store', { walk: { unanchored: true, pass: 1 } }],
    [
      'reconciling',
      'reconciling the list with the store',
      { walk: { unanchored: false, pass: 2 } },
    ],
    [
      'retrying',
      'retrying, next try in 1 s',
      { discoveryState: 'complete', nextAttemptAt: new Date(at(10).getTime() + 1) },
    ],
    ['processing', 'processing', { discoveryState: 'complete', nextAttemptAt: at(10) }],
    [
      'processing',
      'processing',
      {
        discoveryState: 'complete',
        nextAttemptAt: at(11),
        counts: counts({ draft: 1, processing: 1 }),
      },
    ],
    ['processing', 'processing', { discoveryState: 'complete' }],
  ])('is %s: %s', (phase, phaseText, change) => {
    expect(toRunStatus(facts(change))).toMatchObject({ phase, phaseText });
  });

  it('says that the run is over even while its store is paused or waits', () => {
    const status = toRunStatus(facts({ state: 'done', storeState: 'paused', wait }));
    expect(status.phase).toBe('done');
  });
});

describe('the progress shown to operators', () => {
  it('is the part of the store’s total that is completed', () => {
    expect(toRunStatus(facts()).percent).toBe(6);
  });

  it('is empty before the store reports a total', () => {
    const status = toRunStatus(facts({ lastTotal: null }));
    expect(status).toMatchObject({ percent: 0, secondsLeft: null });
  });

  it('is empty for an empty list', () => {
    expect(toRunStatus(facts({ lastTotal: 0, counts: counts({}) })).percent).toBe(0);
  });

  it('uses the counted lines if the store reports fewer', () => {
    const half = { lastTotal: 50, counts: counts({ total: 200, done: 100, draft: 100 }) };
    expect(toRunStatus(facts(half)).percent).toBe(50);
  });

  it('stays at 99 during the walk, however many lines are completed', () => {
    const all = { lastTotal: 100, counts: counts({ total: 100, done: 100 }) };
    expect(toRunStatus(facts(all)).percent).toBe(99);
  });

  it('is 100 when the run has ended', () => {
    expect(toRunStatus(facts({ state: 'failed' })).percent).toBe(100);
  });

  it('is never 100 before the end, and always within 0 to 100', () => {
    const number = fc.nat(300);
    fc.assert(
      fc.property(
        fc.constantFrom(...DISCOVERY_STATES),
        fc.option(number),
        fc.tuple(number, number, number, number, number),
        (discoveryState, lastTotal, [draft, processing, done, failed, cancelled]) => {
          const lines = { draft, processing, done, failed, cancelled };
          const total = draft + processing + done + failed + cancelled;
          const state = deriveRunState(discoveryState, lines);
          const status = toRunStatus(
            facts({ discoveryState, lastTotal, state, counts: { ...lines, total } }),
          );
          expect(status.percent).toBeGreaterThanOrEqual(0);
          expect(status.percent === 100).toBe(isTerminal(state));
          expect(status.percent).toBeLessThanOrEqual(100);
        },
      ),
      { seed: 797 },
    );
  });

  it('gives the rate a second and the seconds left', () => {
    expect(toRunStatus(facts())).toMatchObject({ ratePerSecond: 5, secondsLeft: 150 });
  });

  it('measures an ended run to its end, without a remaining time', () => {
    const over = { state: 'done', finishedAt: at(5), discoveryState: 'complete' } as const;
    expect(toRunStatus(facts(over))).toMatchObject({ ratePerSecond: 10, secondsLeft: null });
  });

  it.each<[string, Partial<RunFacts>]>([
    ['it has not begun', { startedAt: null }],
    ['nothing is completed', { counts: counts({ total: 5, draft: 5 }) }],
    ['no time has passed', { startedAt: at(10) }],
  ])('gives no rate where %s', (_why, change) => {
    expect(toRunStatus(facts(change))).toMatchObject({ ratePerSecond: null, secondsLeft: null });
  });

  it('never shows a negative remaining time', () => {
    const more = { discoveryState: 'complete', counts: counts({ total: 10, done: 20 }) } as const;
    expect(toRunStatus(facts(more)).secondsLeft).toBe(0);
  });
});

it('names the required action and its reason', () => {
  const action = { code: 'wrong_key', reason: 'The store does not know this key.' };
  expect(toRunStatus(facts({ action }))).toMatchObject({ isActionRequired: true, action });
  expect(toRunStatus(facts())).toMatchObject({ isActionRequired: false, action: null });
});

describe('the time of a run', () => {
  const completed = counts({ total: 100, done: 100 });

  it('leaves out the waits for a person', () => {
    const run = facts({
      state: 'done',
      counts: completed,
      finishedAt: at(186),
      waitedMs: 160_000,
      now: at(900),
    });
    expect(toRunStatus(run)).toMatchObject({ activeSeconds: 26, ratePerSecond: 3.8 });
  });

  it('does not change while the run waits', () => {
    const run = facts({ waitingSince: at(5), now: at(900) });
    expect(toRunStatus(run)).toMatchObject({ activeSeconds: 5, waitingForPerson: true });
  });

  it('waits for a person where a run that is over needs a decision', () => {
    const action = { code: 'rounds_exhausted', reason: 'x' };
    const run = facts({ state: 'partial', action, counts: completed, finishedAt: at(9) });
    expect(toRunStatus(run)).toMatchObject({ activeSeconds: 9, waitingForPerson: true });
  });
});

it('a pause by a person differs from a rejection, while the run is active', () => {
  const paused = { storeState: 'paused', pauseReason: 'stocktaking' } as const;
  const statusOf = (change: Partial<RunFacts>) =>
    toRunStatus(facts({ ...paused, ...change })).pause;
  expect(statusOf({ pauseCode: 'paused_by_person' })).toEqual({
    code: 'paused_by_person',
    reason: 'stocktaking',
    isByPerson: true,
  });
  expect(statusOf({ pauseCode: 'wrong_key' })).toMatchObject({ isByPerson: false });
  expect(statusOf({ pauseCode: 'wrong_key', state: 'done' })).toBeNull();
  expect(statusOf({ pauseCode: null })).toBeNull();
  expect(statusOf({ pauseCode: 'wrong_key', pauseReason: null })?.reason).toBe('');
});
