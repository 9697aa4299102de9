import { expect, test } from 'vitest';
import { LINE_TRANSITIONS, type LineEvent, type LineState } from '../src/domain/state-machine.ts';
import { decideRetry, MAX_LINE_CRASHES } from '../src/domain/retry-policy.ts';
import {
  deriveRunState,
  type DiscoveryState,
  isTerminal,
  type LineCounts,
} from '../src/domain/state-machine.ts';

/**
 * Every state that a small run can reach: three lines, one retry, three rounds, with a crash of the
 * worker possible at every step, explored completely. Actions of a person are separate: without
 * a person, every path must end in a state that is terminal, or that waits for one.
 */
const LINES = 3;
const POLICY = { maxRetries: 1, retryBaseMs: 1_000 };
const MAX_ROUNDS = 3;
const MAX_CRASHES = 3;
const PAGE_ATTEMPTS = 2;

interface Line {
  state: LineState;
  attempts: number;
  /** Workers that crashed with it. */
  deaths: number;
}

interface Run {
  discovery: DiscoveryState;
  /** Lines that the walk has still to find. */
  hidden: number;
  pageAttempts: number;
  deaths: number;
  lines: Line[];
  processCount: number;
  actionRequired: boolean;
}

const START: Run = {
  discovery: 'pending',
  hidden: LINES,
  pageAttempts: 0,
  deaths: 0,
  lines: [],
  processCount: 0,
  actionRequired: false,
};

function countsOf(run: Run): LineCounts {
  const counts = { draft: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
  for (const { state } of run.lines) counts[state] += 1;
  return counts;
}

const stateOf = (run: Run) => deriveRunState(run.discovery, countsOf(run));

/** A change of a run, with what the database derives from it: the end of a round and the required action. */
function change(run: Run, patch: Partial<Run>): Run {
  const next = { ...run, ...patch };
  const [before, after] = [stateOf(run), stateOf(next)];
  if (before === after || (after !== 'partial' && after !== 'failed')) return next;
  const processCount = next.processCount + 1;
  return {
    ...next,
    processCount,
    actionRequired: next.actionRequired || processCount >= MAX_ROUNDS,
  };
}

function moveLine(
  run: Run,
  index: number,
  event: LineEvent,
  attempts: number,
  deaths = run.lines[index]!.deaths,
): Run {
  const state = LINE_TRANSITIONS[run.lines[index]!.state][event];
  if (state === null) throw new Error(`${event} is refused`);
  return change(run, {
    lines: run.lines.map((line, at) => (at === index ? { state, attempts, deaths } : line)),
  });
}

/** Everything that can happen to a run without an operator. */
function stepsByItself(run: Run): Run[] {
  return [
    ...discoverySteps(run),
    ...run.lines.flatMap((line, index) => lineSteps(run, line, index)),
  ];
}

function discoverySteps(run: Run): Run[] {
  if (run.discovery === 'pending') return [change(run, { discovery: 'walking' })];
  if (run.discovery !== 'walking') return [];
  const steps: Run[] = [];
  if (run.hidden > 0) {
    const lines = [...run.lines, { state: 'draft', attempts: 0, deaths: 0 } as const];
    steps.push(change(run, { hidden: run.hidden - 1, lines, pageAttempts: 0, deaths: 0 }));
  } else {
    steps.push(change(run, { discovery: 'complete' }));
  }
  // The store is overloaded; it rejects us; the worker crashes.
  if (run.pageAttempts + 1 < PAGE_ATTEMPTS)
    steps.push(change(run, { pageAttempts: run.pageAttempts + 1 }));
  else steps.push(change(run, { discovery: 'failed' }));
  steps.push(change(run, { discovery: 'failed', actionRequired: true }));
  if (run.deaths + 1 < MAX_CRASHES) steps.push(change(run, { deaths: run.deaths + 1 }));
  else steps.push(change(run, { discovery: 'failed', actionRequired: true }));
  return steps;
}

function lineSteps(run: Run, { state, attempts, deaths }: Line, index: number): Run[] {
  if (state === 'draft') return [moveLine(run, index, 'claimed', attempts + 1)];
  if (state !== 'processing') return [];
  const failed = decideRetry(attempts, true, POLICY);
  return [
    moveLine(run, index, 'applied', attempts),
    moveLine(run, index, failed.state === 'failed' ? 'failed' : 'rescheduled', attempts),
    moveLine(run, index, 'failed', attempts),
    deaths + 1 >= MAX_LINE_CRASHES
      ? moveLine(run, index, 'failed', attempts, deaths + 1)
      : moveLine(run, index, 'released', attempts - 1, deaths + 1),
  ];
}

/** What a person can do. */
function stepsByPerson(run: Run): Run[] {
  const steps: Run[] = [];
  const state = stateOf(run);
  if ((state === 'partial' || state === 'failed') && run.processCount < MAX_ROUNDS) {
    steps.push({
      ...run,
      actionRequired: false,
      pageAttempts: 0,
      deaths: 0,
      discovery: run.discovery === 'failed' ? 'walking' : run.discovery,
      lines: run.lines.map((line) =>
        line.state === 'failed' ? { state: 'draft', attempts: 0, deaths: 0 } : line,
      ),
    });
  }
  if (state !== 'done') {
    steps.push({
      ...run,
      actionRequired: false,
      discovery: run.discovery === 'complete' ? 'complete' : 'cancelled',
      lines: run.lines.map((line) =>
        line.state === 'done' ? line : { ...line, state: 'cancelled' },
      ),
    });
  }
  return steps;
}

/** Lines of a run are interchangeable: their order, and the history of completed ones, make no other state. */
function keyOf(run: Run): string {
  const lines = run.lines
    .map(({ state, attempts, deaths }) =>
      state === 'draft' || state === 'processing' ? `${state}${attempts}.${deaths}` : state,
    )
    .toSorted();
  return [
    run.discovery,
    run.hidden,
    run.pageAttempts,
    run.deaths,
    run.processCount,
    run.actionRequired,
    ...lines,
  ].join();
}

/** Steps that a run can still take by itself; it falls with every one of them. */
function measureOf(run: Run): number {
  const perLine = 2 * (POLICY.maxRetries + 1) + 3 * MAX_LINE_CRASHES;
  const hidden = run.discovery === 'pending' || run.discovery === 'walking' ? run.hidden : 0;
  const walk = { pending: 1, walking: 0, complete: 0, failed: 0, cancelled: 0 }[run.discovery];
  const pages = run.discovery === 'walking' || run.discovery === 'pending' ? 1 : 0;
  const tries = pages * (PAGE_ATTEMPTS - run.pageAttempts + MAX_CRASHES - run.deaths);
  const lines = run.lines.reduce((sum, { state, attempts, deaths }) => {
    // A crash does not count as an attempt; repeated crashes fail the line.
    const left = perLine - 2 * attempts - 3 * deaths;
    if (state === 'draft') return sum + left + 1;
    return state === 'processing' ? sum + left + 2 : sum;
  }, 0);
  return walk + pages * 20 + hidden * (perLine + 20) + tries + lines;
}

test('every reachable state of a small run leads to an end, or to a state that waits for a person', () => {
  const seen = new Map<string, Run>([[keyOf(START), START]]);
  const open = [START];
  let steps = 0;
  for (let run = open.pop(); run; run = open.pop()) {
    const byItself = stepsByItself(run);
    // If nothing is left to do, the run is over. Nothing continues forever: the measure decreases.
    if (byItself.length === 0) expect(isTerminal(stateOf(run))).toBe(true);
    for (const next of byItself) expect(measureOf(next)).toBeLessThan(measureOf(run));
    // After three rounds with failures, a decision is required.
    if (run.processCount >= MAX_ROUNDS && stateOf(run) !== 'done')
      expect(run.actionRequired).toBe(true);
    for (const next of [...byItself, ...stepsByPerson(run)]) {
      steps += 1;
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.set(key, next);
      open.push(next);
    }
  }
  const ends = [...seen.values()].filter((run) => isTerminal(stateOf(run)));
  console.log(`${seen.size} states, ${steps} steps, ${ends.length} ends`);
  expect(new Set(ends.map(stateOf))).toEqual(new Set(['done', 'partial', 'failed']));
  expect(seen.size).toBeGreaterThan(1_000);
});

test('a force-done ends every state that is not done', () => {
  for (const [draft, processing, done, failed] of [
    [3, 0, 0, 0],
    [1, 1, 1, 0],
    [0, 0, 1, 2],
    [0, 0, 0, 3],
  ] as const) {
    const states: LineState[] = [
      ...Array.from({ length: draft }, () => 'draft' as const),
      ...Array.from({ length: processing }, () => 'processing' as const),
      ...Array.from({ length: done }, () => 'done' as const),
      ...Array.from({ length: failed }, () => 'failed' as const),
    ];
    const run = {
      ...START,
      discovery: 'complete' as const,
      hidden: 0,
      lines: states.map((state) => ({ state, attempts: 1, deaths: 0 })),
    };
    expect(stepsByPerson(run).map(stateOf)).toContain('done');
  }
});
