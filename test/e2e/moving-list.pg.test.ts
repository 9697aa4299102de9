import type { CustomerStore } from '@mantis-sync/woo-sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectSame } from '../support/expect-fixpoint.ts';
import { expectedCustomer, storedCustomers } from '../support/expected-customer.ts';
import { openStore, shareDatabase } from '../support/open-store.ts';

/** What happens in the store just before it answers request `at` of the walk. */
interface Change {
  at: number;
  what: 'create' | 'update' | 'delete' | 'delete first';
  /** The customer at this position of the current list, 0 to 1. */
  place: number;
  /** Customers to change; several may be deleted between two requests. */
  times: number;
}

interface Story {
  customers: number;
  pageSize: number;
  pagesAhead: number;
  changes: Change[];
}

const story: fc.Arbitrary<Story> = fc.record({
  customers: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(60)),
  pageSize: fc.integer({ min: 2, max: 12 }),
  pagesAhead: fc.integer({ min: 1, max: 4 }),
  changes: fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 12 }),
      what: fc.constantFrom('create', 'update', 'delete', 'delete first'),
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      times: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 20, size: 'max' },
  ),
});

/** @returns the customer that was changed or deleted; nobody is where one was made */
function apply(customers: CustomerStore, { what, place }: Change): number | undefined {
  const ids = customers.ids();
  const id = what === 'delete first' ? ids[0] : ids[Math.floor(place * ids.length)];
  if (what === 'create') customers.create({ first_name: 'New' });
  else if (id === undefined) return undefined;
  else if (what === 'update') customers.update(id, { first_name: `Changed ${place}` });
  else customers.delete(id);
  return what === 'create' ? undefined : id;
}

const shared = shareDatabase();

test('customers are created, changed and deleted during a walk, and the remaining ones are stored exactly (F41)', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ customers, pageSize, pagesAhead, changes }) => {
      const store = await openStore({ customers, on: shared() });
      const touched = new Set<number | undefined>();
      let request = 0;
      store.sim.faults.add({
        route: '/wc/v3/customers',
        fault: {
          kind: 'hook',
          run: ({ customers: list }) => {
            request += 1;
            for (const change of changes.filter(({ at }) => at === request))
              for (let time = 0; time < change.times; time++) touched.add(apply(list, change));
          },
        },
      });
      const there = store.sim.customers.list();

      const run = await store.run('full', { pageSize, pagesAhead });

      store.sim.faults.clear();
      expect(run).toMatchObject({ state: 'done', counts: { failed: 0 } });
      expect(run.discovery.requestsUsed).toBeLessThanOrEqual(run.discovery.requestsBudget);
      const stayed = there.filter(({ id }) => !touched.has(id));
      const ids = new Set(stayed.map(({ id }) => id));
      const stored = await storedCustomers(store.db.admin, store.storeId);
      expect(stored.filter(({ woo_id }) => ids.has(Number(woo_id)))).toEqual(
        stayed.map(expectedCustomer),
      );

      const { runId, ...rest } = await store.run('reconcile');
      if (rest.action?.code === 'too_many_deletions') {
        await store.sync.retry(store.caller, { runId, override: true });
        await store.drive(runId);
      }
      await expectSame(store);
    }),
    { seed: 797, numRuns: 25 },
  );
});
