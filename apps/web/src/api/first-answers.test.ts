import { createTRPCClient, type TRPCLink } from '@trpc/client';
import type { AppRouter } from '@mantis-sync/api/router';
import { observable } from '@trpc/server/observable';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstAnswers } from './first-answers.ts';

// The page has just begun to load; the clock of a Vitest worker may have run for a minute.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => {
  globalThis.firstAnswers = undefined;
  vi.useRealTimers();
});

/** A client whose API answers `from the API`. */
function createClient() {
  const api: TRPCLink<AppRouter> = () => () =>
    observable((observer) => {
      observer.next({ result: { type: 'data', data: 'from the API' } });
      observer.complete();
    });
  return createTRPCClient<AppRouter>({ links: [firstAnswers, api] });
}

const data: { result?: { data: unknown }; error?: object } = {
  result: { data: 'from the first load' },
};
const failed = (httpStatus: number) => ({
  error: { code: -32004, message: 'from the first load', data: { httpStatus } },
});

test.each([
  ['an answer is used', () => [data], 'from the first load'],
  ['a call that failed is made again', () => [failed(500)], 'from the API'],
  ['so is one that got no answer', () => [], 'from the API'],
  ['and one that was lost', () => Promise.reject(new TypeError('Failed to fetch')), 'from the API'],
])('%s', async (_name, answer, expected) => {
  const answers = Promise.resolve().then(answer);
  globalThis.firstAnswers = { calls: ['sync.list {"limit":25}'], answers };
  expect(await createClient().sync.list.query({ limit: 25 })).toBe(expected);
});

test('a call that was refused is not made again', async () => {
  const answers = Promise.resolve([failed(404)]);
  globalThis.firstAnswers = { calls: ['sync.list {"limit":25}'], answers };
  const call = createClient().sync.list.query({ limit: 25 });
  await expect(call).rejects.toMatchObject({ data: { httpStatus: 404 } });
});

test('a remembered response is used once, and only for the same input', async () => {
  globalThis.firstAnswers = {
    calls: ['store.list ', 'sync.list {"limit":25}'],
    answers: Promise.resolve([data, data]),
  };
  const client = createClient();
  expect(await client.sync.list.query({ limit: 50 })).toBe('from the API');
  expect(await client.store.list.query()).toBe('from the first load');
  expect(await client.store.list.query()).toBe('from the API');
});

test('after ten seconds a remembered response is old, and the call is made', async () => {
  globalThis.firstAnswers = { calls: ['store.list '], answers: Promise.resolve([data]) };
  const client = createClient();
  vi.advanceTimersByTime(10_000);
  expect(await client.store.list.query()).toBe('from the API');
});
