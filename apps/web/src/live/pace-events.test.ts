import { expect, test } from 'vitest';
import type { ActivityEntry, Run } from '../trpc.ts';
import { fold } from './pace-events.ts';
import type { LiveEvent } from './write-event.ts';

const event = (queueId: string, revision: number, ...seqs: number[]): LiveEvent => ({
  type: 'run',
  run: { queueId, revision } as Run,
  activity: seqs.map((seq) => ({ seq }) as ActivityEntry),
});

test('states of one run become its last one, with everything that was logged; other runs stay', () => {
  const list: LiveEvent = { type: 'runs', runs: [] };
  const events = [event('a', 1, 1, 2), event('b', 7), list, event('a', 2, 3), event('a', 3)];
  let waiting: LiveEvent[] = [];
  for (const each of events) waiting = fold(waiting, each);
  expect(waiting).toEqual([event('b', 7), list, event('a', 3, 1, 2, 3)]);
});
