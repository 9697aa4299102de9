import type { RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { describe, expect, test } from 'vitest';
import { expectFixpoint, expectSame, warningsOf } from '../../support/expect-fixpoint.ts';
import { storedCustomers } from '../../support/expected-customer.ts';
import { openStore, shareDatabase, type OpenStore } from '../../support/open-store.ts';
import { customerRequests } from '../../support/store-requests.ts';

const CUSTOMERS = 230;
const shared = shareDatabase();
const list = '/wc/v3/customers';

async function runWith(...faults: FaultRule[]): Promise<{ store: OpenStore; end: RunStatus }> {
  const store = await openStore({ customers: CUSTOMERS, on: shared() });
  store.sim.faults.add(...faults);
  const end = await store.run('full');
  expect(end.discovery.requestsUsed).toBeLessThanOrEqual(end.discovery.requestsBudget);
  return { store, end };
}

const codesOf = async (store: OpenStore, run: RunStatus, event: string) =>
  (await warningsOf(store, run))
    .filter((entry) => entry.event === event)
    .map(({ data }) => data['code']);

async function failedLines({ sync, caller }: OpenStore, { runId }: RunStatus) {
  const { items } = await sync.lines(caller, { runId, state: 'failed', limit: 10 });
  return items;
}

/** All but these are stored as the store has them. */
async function expectAllBut(store: OpenStore, ids: readonly number[]): Promise<void> {
  const stored = (await storedCustomers(store.db.admin, store.storeId)).map(({ woo_id }) => woo_id);
  expect(stored).toEqual(store.sim.customers.ids('all').filter((id) => !ids.includes(id)));
}

describe('one customer whom the store cannot serve', () => {
  const nested = (depth: number) => ({
    kind: 'patch-row' as const,
    ids: [113],
    replace: [['"meta_data":[', `"meta_data":[${'['.repeat(depth)}${']'.repeat(depth)},`]] as const,
  });

  test.each([
    ['nested a million deep (F50)', nested(1_000_000), 'too_deep'],
    ['nested deeper than we read (F50)', nested(600), 'too_deep'],
    ['500 because of one user (F26)', { kind: 'poison', ids: [113] } as const, 'store_error'],
  ])('%s: found by halving, and the others are stored', async (_name, fault, code) => {
    const { store, end } = await runWith({ route: list, fault });
    expect(end).toMatchObject({ state: 'partial', counts: { total: CUSTOMERS, failed: 1 } });
    const [line] = await failedLines(store, end);
    expect(line?.error?.code).toBe('unreadable_record');
    expect(await codesOf(store, end, 'discovery.waiting')).toContain(code);
    await expectAllBut(store, [113]);
    await expectFixpoint(store, end);
  });

  test('the first and the last customer fail every page that contains them (F26)', async () => {
    const { store, end } = await runWith({
      route: list,
      fault: { kind: 'poison', ids: [1, CUSTOMERS] },
    });
    expect(end.state).toBe('partial');
    expect(await failedLines(store, end)).toHaveLength(2);
    await expectAllBut(store, [1, CUSTOMERS]);
    await expectFixpoint(store, end);
  });

  test('404 on a customer requested alone: deleted, and the run continues (F28)', async () => {
    const store = await openStore({ customers: CUSTOMERS, on: shared() });
    await store.run('full');
    store.sim.faults.add(
      { fault: { kind: 'patch-row', ids: [7, 8], set: { email: { address: 'lost' } } } },
      // Gone once the list was read: the list no longer has 7, and its own address answers 404.
      { route: list, skip: 4, fault: { kind: 'hide', ids: [7] } },
      {
        route: `${list}/7`,
        fault: {
          kind: 'status',
          status: 404,
          body: {
            text: '{"code":"woocommerce_rest_invalid_id","message":"Invalid resource ID.","data":{"status":404}}',
            contentType: 'application/json',
          },
        },
      },
    );
    const end = await store.run('full');
    expect(
      customerRequests(store.sim).some(({ what, status }) => what === 'one 7' && status === 404),
    ).toBe(true);
    expect(end).toMatchObject({
      state: 'partial',
      isActionRequired: false,
      outcomes: { deleted: 1 },
      counts: { total: CUSTOMERS, failed: 1 },
    });
    const stored = await storedCustomers(store.db.admin, store.storeId);
    expect(
      stored.filter(({ deleted_at }) => deleted_at !== null).map(({ woo_id }) => woo_id),
    ).toEqual([7]);
    await expectFixpoint(store, end);
  });
});

const captcha: FaultRule['fault'] = {
  kind: 'status',
  status: 200,
  body: {
    text: '<!DOCTYPE html><html><head><title>Robot Challenge Screen</title></head><body><form id="sgcaptcha"></form></body></html>',
    contentType: 'text/html',
  },
};
const aged: FaultRule['fault'] = { kind: 'headers', set: { Age: '86400', 'X-Cache': 'HIT' } };
const shuffled: FaultRule['fault'] = { kind: 'shuffle', scope: 'page' };
const shuffledList: FaultRule['fault'] = { kind: 'shuffle', scope: 'list' };

describe('responses of something else', () => {
  const cases: [string, FaultRule['fault'], string][] = [
    ['a captcha with 200', captcha, 'captcha'],
    ['a page that lay in a cache for a day', aged, 'cached'],
    ['a page in a random order', shuffled, 'bad_answer'],
    ['a list in a random order', shuffledList, 'bad_answer'],
  ];

  test.each(cases)('%s, twice: the run waits and continues', async (_name, fault, code) => {
    const { store, end } = await runWith({ route: list, times: 2, fault });
    expect(end).toMatchObject({ state: 'done', counts: { total: CUSTOMERS } });
    expect(await codesOf(store, end, 'discovery.waiting')).toContain(code);
    await expectSame(store);
    await expectFixpoint(store, end);
  });

  test.each(cases)('%s, forever: the run ends and gives the reason', async (_name, fault, code) => {
    const { store, end } = await runWith({ route: list, skip: 1, fault });
    expect(end).toMatchObject({ state: 'failed', discovery: { error: { code } } });
    expect(await codesOf(store, end, 'discovery.failed')).toEqual([code]);
    await expectFixpoint(store, end);
  });

  test('a page cached for a minute is read, with a warning', async () => {
    const { store, end } = await runWith({
      route: list,
      fault: { kind: 'headers', set: { Age: '60', 'X-Cache': 'HIT from the edge' } },
    });
    expect(end.state).toBe('done');
    const warnings = await warningsOf(store, end);
    expect(warnings.filter(({ event }) => event === 'discovery.page')).not.toEqual([]);
    await expectSame(store);
  });
});
