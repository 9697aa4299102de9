import type { RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectFixpoint, expectSame, warningsOf } from '../support/expect-fixpoint.ts';
import { openShop, shareDatabase, type Shop } from '../support/open-shop.ts';

const CUSTOMERS = 230;
const shared = shareDatabase();
const list = '/wc/v3/customers';

async function runWith(
  faults: readonly FaultRule[],
): Promise<{ shop: Shop; end: RunStatus; requests: number }> {
  const shop = await openShop({ customers: CUSTOMERS, on: shared() });
  shop.sim.faults.add(...faults);
  let end: RunStatus | undefined;
  const requests = await shop.requestsOf(async () => {
    end = await shop.run('full');
  });
  const run = end as RunStatus;
  expect(run.discovery.requestsUsed).toBeLessThanOrEqual(run.discovery.requestsBudget);
  return { shop, end: run, requests };
}

const eventsOf = async (shop: Shop, run: RunStatus): Promise<string[]> =>
  (await warningsOf(shop, run)).map(({ event }) => event);

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
    const { shop, end } = await runWith(faults);
    expect(end).toMatchObject({ state: 'done', processCount: 0, counts: { total: CUSTOMERS } });
    await expectSame(shop);
    expect(await eventsOf(shop, end)).toContain('discovery.waiting');
    await expectFixpoint(shop, end);
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
    const { shop, end } = await runWith(faults);
    expect(end).toMatchObject({ state: 'done', counts: { total: CUSTOMERS } });
    expect(await eventsOf(shop, end)).toContain('discovery.page');
    await expectSame(shop);
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
    const { shop, end, requests } = await runWith(faults);
    expect(end).toMatchObject({ state: 'failed', discovery: { error: { code } } });
    expect(requests).toBeLessThanOrEqual(60);
    await expectFixpoint(shop, end);
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
    const { shop, end, requests } = await runWith(faults);
    expect(end).toMatchObject({ isActionRequired: true, counts: { failed: 0 } });
    const store = await shop.stores.get(shop.caller, { storeId: shop.storeId });
    expect(store.pause?.reason).toBeTruthy();
    expect(requests).toBeLessThanOrEqual(6);
    await expectFixpoint(shop, end);
  });
});

const row = (id: number, change: object): FaultRule => ({
  route: list,
  fault: { kind: 'patch-row', ids: [id], ...change },
});

describe('invalid records: the others are stored', () => {
  test.each<[string, FaultRule[], number]>([
    [
      'NUL in a name (F47)',
      [row(7, { replace: [['"first_name":"', '"first_name":"\\u0000']] })],
      0,
    ],
    [
      'half a surrogate pair in a name (F47)',
      [row(7, { replace: [['"first_name":"', '"first_name":"\\ud800']] })],
      0,
    ],
    ['the id 0 (F48)', [row(7, { replace: [['"id":7,', '"id":0,']] })], 1],
    ['a negative id (F48)', [row(7, { replace: [['"id":7,', '"id":-1,']] })], 1],
    ['half an id (F48)', [row(7, { replace: [['"id":7,', '"id":1.5,']] })], 1],
    [
      'an id of 2^53 + 1 (F48)',
      [row(230, { replace: [['"id":230,', '"id":9007199254740993,']] })],
      1,
    ],
    ['an id as text (F48)', [row(7, { replace: [['"id":7,', '"id":"7",']] })], 1],
    [
      'dates that do not exist (F49)',
      [
        row(7, {
          set: {
            date_created_gmt: '0000-00-00T00:00:00',
            date_modified_gmt: '2024-02-30T00:00:00',
          },
        }),
      ],
      0,
    ],
    [
      'a key that reaches for the prototype (F51)',
      [row(7, { replace: [['"first_name":', '"__proto__":{"admin":true},"first_name":']] })],
      0,
    ],
    ['a name of a megabyte (F52)', [row(7, { set: { first_name: 'x'.repeat(1_000_000) } })], 0],
    [
      'PHP’s empty list for an empty object (F53)',
      [row(7, { set: { billing: [], shipping: [] } })],
      0,
    ],
    ['null for an object (F53)', [row(7, { set: { billing: null, shipping: null } })], 0],
    ['a text for an object (F53)', [row(7, { set: { billing: 'none' } })], 0],
    ['an e-mail that is empty', [row(7, { set: { email: '' } })], 0],
    ['an e-mail that is missing', [row(7, { remove: ['email'] })], 0],
    [
      'a customer at whom every page fails',
      [{ route: list, fault: { kind: 'poison', ids: [113] } }],
      1,
    ],
  ])('%s', async (_name, faults, failed) => {
    const { shop, end } = await runWith(faults);
    expect(end).toMatchObject({
      state: failed === 0 ? 'done' : 'partial',
      counts: { total: CUSTOMERS, failed, done: CUSTOMERS - failed },
    });
    await expectFixpoint(shop, end);
  });
});

describe('wrong or moving lists', () => {
  test.each<[string, FaultRule[]]>([
    ['rows twice on a page (F38)', [{ route: list, fault: { kind: 'duplicate', rows: 10 } }]],
    [
      'rows of the page before (F38)',
      [{ route: list, fault: { kind: 'duplicate', rows: 10, from: 'previous' } }],
    ],
    ['no total (F39)', [{ route: list, fault: { kind: 'totals', total: 'missing' } }]],
    ['a total of 0 (F39)', [{ route: list, fault: { kind: 'totals', total: '0' } }]],
    [
      'a total of 10^12 (F39)',
      [{ route: list, fault: { kind: 'totals', total: '1000000000000' } }],
    ],
    ['a total of abc (F39)', [{ route: list, fault: { kind: 'totals', total: 'abc' } }]],
    [
      'a total that grows with every request (F40)',
      [{ route: list, fault: { kind: 'totals', total: { perRequest: 1 } } }],
    ],
    [
      'a total that shrinks with every request (F41)',
      [{ route: list, fault: { kind: 'totals', total: { perRequest: -1 } } }],
    ],
    [
      'ten rows, whatever is asked for (F43)',
      [{ route: list, fault: { kind: 'per-page-cap', rows: 10 } }],
    ],
    [
      'customers deleted behind the walk (F41)',
      [{ route: list, offset: [99, 200], times: 1, fault: { kind: 'mutate', deleteLowest: 5 } }],
    ],
    [
      'customers made and changed meanwhile',
      [
        {
          route: list,
          offset: [99, 200],
          times: 1,
          fault: { kind: 'mutate', create: 3, update: [2, 200] },
        },
      ],
    ],
  ])('%s', async (_name, faults) => {
    const { shop, end } = await runWith(faults);
    expect(end.state).toBe('done');
    await expectFixpoint(shop, end);
  });

  test.each([0, 1, 99, 100, 101, 199, 797, 799, 800, 801])(
    '%i customers (F42)',
    async (customers) => {
      const shop = await openShop({ customers, on: shared() });
      expect(await shop.run('full')).toMatchObject({ state: 'done', counts: { total: customers } });
      await expectSame(shop);
    },
  );
});
