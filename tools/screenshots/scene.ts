import { setTimeout as sleep } from 'node:timers/promises';
import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import type { Stack } from '../../test/support/start-stack.ts';

/** The latency of a busy store, to leave time for pictures. */
const slowStore = { bootMs: 200, perCustomerMs: 18, workers: 2 };

const greta = {
  email: 'greta.lindqvist@example.com',
  first_name: 'Greta',
  last_name: 'Lindqvist',
  billing: {
    first_name: 'Greta',
    last_name: 'Lindqvist',
    company: 'Lindqvist Keramik',
    address_1: 'Storgatan 12',
    city: 'Uppsala',
    postcode: '753 31',
    country: 'SE',
    phone: '+46 18 555 01 20',
  },
};
const moved = { address_1: 'Hamngatan 3', city: 'Göteborg', postcode: '411 14' };

/** A typical organisation: one store with an active run, one with failures, one that needs attention. */
export interface Scene {
  /** Its run stays active while pictures are taken. */
  running: { storeId: string; runId: string };
  /** Its run ended with customers that could not be stored. */
  partial: { storeId: string; runId: string };
  /** This store rejects its keys. */
  refused: { storeId: string; runId: string };
  /** A healthy store; one of its customers has a history. */
  good: { storeId: string; wooId: number };
  /** The address of a store that is not connected. */
  newShop: string;
  close(): Promise<void>;
}

export async function openScene(stack: Stack): Promise<Scene> {
  const sims: WooSim[] = [];
  const openStore = async (name: string, options: Parameters<typeof createWooSim>[0]) => {
    const sim = await createWooSim(options);
    sims.push(sim);
    const { id: storeId } = await stack.stores.connect(stack.caller, {
      name,
      url: sim.url,
      ...sim.defaultCredentials,
    });
    return { sim, storeId };
  };

  const good = await openStore('Teahouse', { customers: 412, seed: 5 });
  const known = good.sim.customers.create(greta);
  await haveHistory(stack, good, known.id);

  const outlet = await openStore('Outlet', { customers: 240, seed: 11 });
  outlet.sim.faults.add(
    { fault: { kind: 'patch-row', ids: [12, 30, 71, 104], remove: ['email', 'username'] } },
    { fault: { kind: 'patch-row', ids: [45, 46], remove: ['email', 'username'] } },
  );
  const partialId = await runToEnd(stack, outlet.storeId);

  const wholesale = await openStore('Wholesale', { customers: 60, seed: 13 });
  await runToEnd(stack, wholesale.storeId);
  wholesale.sim.keys.length = 0;
  const { run: refused } = await stack.sync.start(stack.caller, { storeId: wholesale.storeId });

  await openStore('Pop-up', { customers: 24, seed: 17 });

  const main = await openStore('Main shop', { customers: 4_000, latency: slowStore, seed: 7 });
  main.sim.faults.add(
    { fault: { kind: 'patch-row', ids: [112, 230, 371], remove: ['email', 'username'] } },
    { fault: { kind: 'patch-row', ids: [45], remove: ['email', 'username'] } },
  );
  const { run } = await stack.sync.start(stack.caller, { storeId: main.storeId });

  const newShop = await createWooSim({ customers: 60, seed: 19 });
  sims.push(newShop);

  return {
    running: { storeId: main.storeId, runId: run.runId },
    partial: { storeId: outlet.storeId, runId: partialId },
    refused: { storeId: wholesale.storeId, runId: refused.runId },
    good: { storeId: good.storeId, wooId: known.id },
    newShop: newShop.url,
    async close() {
      await Promise.all(sims.map((sim) => sim.close()));
    },
  };
}

/** A first full run, then changes for deltas and further full runs. */
async function haveHistory(
  stack: Stack,
  { sim, storeId }: { sim: WooSim; storeId: string },
  wooId: number,
): Promise<void> {
  await runToEnd(stack, storeId);
  for (let round = 1; round <= 6; round += 1) {
    if (round === 3) sim.customers.update(wooId, { billing: moved, last_name: 'Lindqvist-Berg' });
    for (const id of sim.customers.ids().slice(-round * 3))
      sim.customers.update(id, { billing: { phone: `+44 20 7946 0${round}${id % 90}` } });
    sim.customers.create({ email: `new-${round}@shop.example`, first_name: 'Noor' });
    await runToEnd(stack, storeId, round % 3 === 0 ? 'full' : 'delta');
  }
}

async function runToEnd(
  { sync, caller }: Stack,
  storeId: string,
  kind: 'full' | 'delta' = 'full',
): Promise<string> {
  const { run } = await sync.start(caller, { storeId, kind });
  for (;;) {
    const { state } = await sync.status(caller, run);
    if (state !== 'draft' && state !== 'processing') return run.runId;
    await sleep(100);
  }
}
