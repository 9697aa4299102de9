import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import type { ActivityEntry, Run } from '../trpc.ts';
import { fold, paceEvents } from './pace-events.ts';
import type { LiveEvent } from '@mantis-sync/client/follow-stream';

const event = (runId: string, revision: number, ...seqs: number[]): LiveEvent => ({
  type: 'run',
  run: { runId, revision } as Run,
  activity: seqs.map((seq) => ({ seq }) as ActivityEntry),
});

test('states of one run become its last one, with everything that was logged; other runs stay', () => {
  const list: LiveEvent = { type: 'runs', runs: [] };
  const events = [event('a', 1, 1, 2), event('b', 7), list, event('a', 2, 3), event('a', 3)];
  let waiting: LiveEvent[] = [];
  for (const each of events) waiting = fold(waiting, each);
  expect(waiting).toEqual([event('b', 7), list, event('a', 3, 1, 2, 3)]);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const inPhase = (phase: Run['phase'], revision: number): LiveEvent => ({
  type: 'run',
  run: aRun({ revision, phase }),
  activity: [],
});

test('a run is shown immediately, then later events after a pause', () => {
  const written: LiveEvent[] = [];
  const events = paceEvents((each) => written.push(each), 500);
  for (const revision of [1, 2, 3]) events.write(inPhase('processing', revision));
  expect(written).toEqual([inPhase('processing', 1)]);
  vi.advanceTimersByTime(499);
  expect(written).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(written).toEqual([inPhase('processing', 1), inPhase('processing', 3)]);
  events.stop();
});

test('what waits is written with the next event after the pause, or soon without one', () => {
  const written: LiveEvent[] = [];
  const events = paceEvents((each) => written.push(each), 500, 700);
  const after = (ms: number, revision?: number) => {
    vi.advanceTimersByTime(ms);
    if (revision !== undefined) events.write(inPhase('processing', revision));
    return written.map((each) => (each.type === 'run' ? each.run.revision : 0));
  };
  expect(after(0, 1)).toEqual([1]);
  expect(after(300, 2)).toEqual([1]);
  expect(after(300, 3)).toEqual([1, 3]);
  expect(after(300, 4)).toEqual([1, 3]);
  expect(after(399)).toEqual([1, 3]);
  expect(after(1)).toEqual([1, 3, 4]);
  events.stop();
});

test('another phase of a run does not wait, and what waited before it is not lost', () => {
  const written: LiveEvent[] = [];
  const events = paceEvents((each) => written.push(each), 500);
  const [first, second, last] = [event('a', 1, 1), event('a', 2, 2), event('a', 3, 3)];
  for (const each of [first, second]) events.write(each);
  const end = { ...last, run: aRun({ runId: 'a', revision: 3, phase: 'done' }) } as LiveEvent;
  events.write(end);
  expect(written).toEqual([first, { ...end, activity: [{ seq: 2 }, { seq: 3 }] }]);
  vi.advanceTimersByTime(500);
  expect(written).toHaveLength(2);
  events.stop();
});
