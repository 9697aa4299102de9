import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSubscriber } from './live-runs.ts';

const never = new AbortController().signal;
const change = (queue: string) => ({ org: 'org', store: 'store', queue });
const subscribe = () => createSubscriber({ orgId: 'org' }, { pollMs: 5_000, settleMs: 50 }, never);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('changes shortly after one another are one', async () => {
  const subscriber = subscribe();
  const next = subscriber.next(never);
  subscriber.notify(change('a'));
  await vi.advanceTimersByTimeAsync(49);
  subscriber.notify(change('b'));
  await vi.advanceTimersByTimeAsync(1);
  expect(await next).toEqual({ runIds: new Set(['a', 'b']), resync: false });
});

test('changes while the subscriber was busy are not lost', async () => {
  const subscriber = subscribe();
  subscriber.notify(change('a'));
  const next = subscriber.next(never);
  await vi.advanceTimersByTimeAsync(50);
  expect(await next).toEqual({ runIds: new Set(['a']), resync: false });
});

test('without a notification everything is read again', async () => {
  const subscriber = subscribe();
  const next = subscriber.next(never);
  await vi.advanceTimersByTimeAsync(5_050);
  expect(await next).toEqual({ runIds: new Set(), resync: true });
});

test('a stream that ends does not wait', async () => {
  const subscriber = subscribe();
  const ending = new AbortController();
  subscriber.notify(change('a'));
  const next = subscriber.next(ending.signal);
  ending.abort();
  await expect(next).rejects.toThrow('aborted');
});
