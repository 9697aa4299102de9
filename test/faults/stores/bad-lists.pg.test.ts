import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectFixpoint, expectSame } from '../../support/expect-fixpoint.ts';
import { openStore, shareDatabase } from '../../support/open-store.ts';
import { FAULTY_CUSTOMERS, runWithFaults } from '../../support/run-with-faults.ts';

const shared = shareDatabase();
const list = '/wc/v3/customers';

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
    const { store, end } = await runWithFaults(shared(), faults);
    expect(end).toMatchObject({
      state: failed === 0 ? 'done' : 'partial',
      counts: { total: FAULTY_CUSTOMERS, failed, done: FAULTY_CUSTOMERS - failed },
    });
    await expectFixpoint(store, end);
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
    const { store, end } = await runWithFaults(shared(), faults);
    expect(end.state).toBe('done');
    await expectFixpoint(store, end);
  });

  test.each([0, 1, 99, 100, 101, 199, 797, 799, 800, 801])(
    '%i customers (F42)',
    async (customers) => {
      const store = await openStore({ customers, on: shared() });
      expect(await store.run('full')).toMatchObject({
        state: 'done',
        counts: { total: customers },
      });
      await expectSame(store);
    },
  );
});
