import type { FaultRule } from '@mantis-sync/woo-sim';
import fc from 'fast-check';
import { step } from './step.ts';

const anyIndex = fc.nat(30);
const nth = <T>(items: readonly T[], at: number): T | undefined => items[at % (items.length || 1)];

const registers = fc.constant(
  step('somebody registers', 'anything_else', async ({ store: { sim } }) => {
    sim.customers.create({});
  }),
);

const changes = fc.record({ index: anyIndex, silent: fc.boolean() }).map(({ index, silent }) =>
  step(
    `customer #${index} changes${silent ? ' by SQL' : ''}`,
    'anything_else',
    async ({ store: { sim } }) => {
      const id = nth(sim.customers.ids(), index);
      if (id === undefined) return;
      sim.customers.update(id, { first_name: `Name ${sim.customers.version}` }, { silent });
    },
  ),
);

const isDeleted = anyIndex.map((index) =>
  step(`customer #${index} is deleted`, 'anything_else', async ({ store: { sim } }) => {
    const id = nth(sim.customers.ids(), index);
    if (id !== undefined) sim.customers.delete(id);
  }),
);

/** More than a reconcile deletes without approval. */
const mostAreDeleted = fc.constant(
  step('all but one customer are deleted', 'anything_else', async ({ store: { sim } }) => {
    for (const id of sim.customers.ids().slice(1)) sim.customers.delete(id);
  }),
);

const most = fc.oneof(registers, changes, isDeleted);
export const shopping = fc.oneof(
  { weight: 15, arbitrary: most },
  { weight: 1, arbitrary: mostAreDeleted },
);

const TROUBLES: Record<string, FaultRule> = {
  'the store answers 503': { fault: { kind: 'status', status: 503 } },
  'the store answers 429': { fault: { kind: 'status', status: 429, retryAfter: 5 } },
  'the store refuses the key': { fault: { kind: 'status', status: 401 } },
  'the store answers with HTML': { fault: { kind: 'html200' } },
  'the store hangs up': { fault: { kind: 'reset' } },
  'every answer is slow': { fault: { kind: 'delay', ms: 20 } },
  'every third answer is cut off': { probability: 0.33, fault: { kind: 'cut', afterBytes: 40 } },
};

/** A customer that cannot be stored, or not even listed. */
const BROKEN: Record<string, FaultRule> = {
  'customers #1 and #4 are broken': {
    fault: { kind: 'patch-row', ids: [1, 4], set: { billing: 'none' } },
  },
  'customer #2 makes the store fail': { fault: { kind: 'poison', ids: [2] } },
  'customers #9 and #10 make the store fail': { fault: { kind: 'poison', ids: [9, 10] } },
};

function switchOn(rules: Record<string, FaultRule>) {
  return fc.constantFrom(...Object.entries(rules)).map(([line, rule]) =>
    step(line, 'anything_else', async ({ store: { sim } }) => {
      sim.faults.add(rule);
    }),
  );
}

export const trouble = switchOn(TROUBLES);
export const brokenCustomer = switchOn(BROKEN);

export const repair = fc.constant(
  step('the store is well', 'anything_else', async ({ store: { sim } }) => sim.faults.clear()),
);
