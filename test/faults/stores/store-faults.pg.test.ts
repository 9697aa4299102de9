import type { RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectFixpoint, expectSame, warningsOf } from '../../support/expect-fixpoint.ts';
import { shareDatabase, type OpenStore } from '../../support/open-store.ts';
import { FAULTY_CUSTOMERS, runWithFaults } from '../../support/run-with-faults.ts';

const shared = shareDatabase();
const list = '/wc/v3/customers';

const eventsOf = async (store: OpenStore, run: RunStatus): Promise<string[]> =>
  (await warningsOf(store, run)).map(({ event }) => event);

const html = { kind: 'status', body: 'html' } as const;

describe('temporary failures: the run waits, continues, and loses no customer', () => {
  test.each<[string, FaultRule[]]>([
    [
      '429 with Retry-After in seconds (F24)',
      [{ route: list, times: 3, fault: { kind: 'status', status: 429, retryAfter: 2 } }],
    ],
    [
      '429 with a date (F24)',
      [
        {
          route: list,
          times: 2,
          fault: { kind: 'status', status: 429, retryAfter: { dateInMs: 3_000 } },
        },
      ],
    ],
    [
      '429 with a thousand million seconds (F24)',
      [{ route: list, times: 1, fault: { kind: 'status', status: 429, retryAfter: 1e9 } }],
    ],
    [
      '429 with a time in the past (F24)',
      [{ route: list, times: 2, fault: { kind: 'status', status: 429, retryAfter: -1 } }],
    ],
    [
      '429 with rubbish (F24)',
      [{ route: list, times: 2, fault: { kind: 'status', status: 429, retryAfter: 'soon' } }],
    ],
    ['500 with a page of HTML (F26)', [{ route: list, times: 2, fault: { ...html, status: 500 } }]],
    [
      '502, 503, 504 at random (F26)',
      [502, 503, 504].map((status) => ({
        route: list,
        probability: 0.1,
        times: 2,
        fault: { ...html, status },
      })),
    ],
    ['HTML with 200 (F29)', [{ route: list, times: 2, fault: { kind: 'html200' } }]],
    ['a captcha with 202', [{ route: list, times: 2, fault: { kind: 'html200', captcha: true } }]],
    ['an empty body', [{ route: list, times: 2, fault: { kind: 'empty' } }]],
    [
      'half a body with the right length (F32)',
      [{ route: list, times: 2, fault: { kind: 'truncate' } }],
    ],
    [
      'a connection that is cut in the body (F32)',
      [{ route: list, times: 2, fault: { kind: 'cut' } }],
    ],
    ['a connection that is reset (F54)', [{ route: list, times: 2, fault: { kind: 'reset' } }]],
    [
      'a gzip bomb (F44)',
      [{ route: list, times: 1, fault: { kind: 'gzip-bomb', inflatedBytes: 60_000_000 } }],
    ],
    [
      'a body without an end (F45)',
      [{ route: list, times: 1, fault: { kind: 'endless-body', bytes: 60_000_000 } }],
    ],
    ['bytes that are no UTF-8 (F46)', [{ route: list, times: 2, fault: { kind: 'invalid-utf8' } }]],
  ])('%s', async (_name, faults) => {
    const { store, end } = await runWithFaults(shared(), faults);
    expect(end).toMatchObject({
      state: 'done',
      processCount: 0,
      counts: { total: FAULTY_CUSTOMERS },
    });
    await expectSame(store);
    expect(await eventsOf(store, end)).toContain('discovery.waiting');
    await expectFixpoint(store, end);
  });
});

describe('decorated JSON is parsed with a warning', () => {
  test.each<[string, FaultRule[]]>([
    ['a notice of PHP before the JSON (F30)', [{ route: list, fault: { kind: 'php-notice' } }]],
    ['a byte order mark (F31)', [{ route: list, fault: { kind: 'bom' } }]],
    [
      'an answer from a cache',
      [{ route: list, fault: { kind: 'headers', set: { 'x-litespeed-cache': 'hit' } } }],
    ],
  ])('%s', async (_name, faults) => {
    const { store, end } = await runWithFaults(shared(), faults);
    expect(end).toMatchObject({ state: 'done', counts: { total: FAULTY_CUSTOMERS } });
    expect(await eventsOf(store, end)).toContain('discovery.page');
    await expectSame(store);
  });
});

describe('permanent failures: the run ends with the reason, and a retry completes it', () => {
  test.each<[string, FaultRule[], string]>([
    [
      '429 forever (F25)',
      [{ route: list, skip: 1, fault: { kind: 'status', status: 429 } }],
      'rate_limited',
    ],
    [
      '503 forever (F26)',
      [{ route: list, skip: 1, fault: { ...html, status: 503 } }],
      'store_unavailable',
    ],
    [
      'HTML with 200 forever (F29)',
      [{ route: list, skip: 1, fault: { kind: 'html200' } }],
      'maintenance',
    ],
    [
      'no connection any more (F54)',
      [{ route: list, skip: 1, fault: { kind: 'reset' } }],
      'connection_reset',
    ],
    ['the same page forever (F37)', [{ route: list, fault: { kind: 'same-page' } }], 'no_progress'],
  ])('%s', async (_name, faults, code) => {
    const { store, end, requests } = await runWithFaults(shared(), faults);
    expect(end).toMatchObject({ state: 'failed', discovery: { error: { code } } });
    expect(requests).toBeLessThanOrEqual(60);
    await expectFixpoint(store, end);
  });
});

describe('a store that rejects us: paused once, with the reason, and no customer fails', () => {
  test.each<[string, FaultRule[]]>([
    ['401 (F27)', [{ route: list, skip: 1, fault: { kind: 'status', status: 401 } }]],
    ['403 (F27)', [{ route: list, skip: 1, fault: { kind: 'status', status: 403 } }]],
    [
      'a redirect to another scheme (F33)',
      [{ route: list, skip: 1, fault: { kind: 'redirect', to: 'https://shop.example/' } }],
    ],
    [
      'a redirect into our network (F34)',
      [{ route: list, skip: 1, fault: { kind: 'redirect', to: 'http://127.0.0.1:1/' } }],
    ],
  ])('%s', async (_name, faults) => {
    const { store, end, requests } = await runWithFaults(shared(), faults);
    expect(end).toMatchObject({ isActionRequired: true, counts: { failed: 0 } });
    const paused = await store.stores.get(store.caller, { storeId: store.storeId });
    expect(paused.pause?.reason).toBeTruthy();
    expect(requests).toBeLessThanOrEqual(6);
    await expectFixpoint(store, end);
  });
});
