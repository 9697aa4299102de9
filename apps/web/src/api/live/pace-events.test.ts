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

test.each([
  ['a run', 9_000, 250],
  ['a large run', 20_000, 500],
])('%s is shown immediately, then later events after a pause', (_name, total, gapMs) => {
  const { counts } = aRun();
  const change = (revision: number): LiveEvent => ({
    type: 'run',
    run: aRun({ revision, counts: { ...counts, total } }),
    activity: [],
  });
  const written: LiveEvent[] = [];
  const events = paceEvents((each) => written.push(each));
  for (const revision of [1, 2, 3]) events.write(change(revision));
  expect(written).toEqual([change(1)]);
  vi.advanceTimersByTime(gapMs - 1);
  expect(written).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(written).toEqual([change(1), change(3)]);
  events.stop();
});
