import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import { customerHistoryQuery, customersQuery } from '../queries.ts';
import type { Run } from '../trpc.ts';
import type { LiveEvent } from '@mantis-sync/client/follow-stream';
import { createLiveCache } from './write-event.ts';

const over = aRun({ state: 'done', phase: 'done' });
const webhooks = { ...over, kind: 'webhook' as const };

const snapshot = (run: Run): LiveEvent => ({ type: 'runs', runs: [run] });
const change = (run: Run): LiveEvent => ({ type: 'run', run, activity: [] });

test.each([
  ['when a run ends, shown customers are stale', [snapshot(aRun()), change(over)], true, true],
  ['so it is where the run was not seen before', [change(over)], true, true],
  ['and where its end came with all runs', [change(aRun()), snapshot(over)], true, true],
  [
    'while a run is active they are not',
    [snapshot(aRun()), change(aRun({ revision: 11 }))],
    false,
    false,
  ],
  ['nor of one that was over when the page began', [snapshot(over)], false, false],
  ['what webhooks bring leaves lists as they are', [change(webhooks)], true, false],
])('%s', (_name, events, isHistoryOld, isListOld) => {
  const queryClient = new QueryClient();
  const { queryKey: history } = customerHistoryQuery('store-1', 7);
  const { queryKey: list } = customersQuery({ q: 'ann' });
  for (const key of [history, list]) queryClient.setQueryData(key, { pages: [], pageParams: [] });
  const cache = createLiveCache(queryClient);
  for (const event of events) cache.writeEvent(event);
  expect(queryClient.getQueryState(history)?.isInvalidated).toBe(isHistoryOld);
  expect(queryClient.getQueryState(list)?.isInvalidated).toBe(isListOld);
});

test('a run that had ended before is not announced', () => {
  const queryClient = new QueryClient();
  const { queryKey } = customerHistoryQuery('store-1', 7);
  const cache = createLiveCache(queryClient);
  cache.writeRun(over);
  queryClient.setQueryData(queryKey, { pages: [], pageParams: [] });
  cache.writeRun({ ...over, revision: over.revision + 1 });
  expect(queryClient.getQueryState(queryKey)?.isInvalidated).toBe(false);
});
