import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectSame } from '../e2e/world/expect-fixpoint.ts';
import { openShop, type Shop } from '../e2e/world/open-shop.ts';
import { type Model, sequences } from './commands.ts';

/** `seed|path|replayPath`, as a failure prints it. */
const [replaySeed, replayPath, replayCommands] = (process.env['MANTIS_MODEL_REPLAY'] ?? '').split(
  '|',
);
const soakSeed = process.env['MANTIS_SOAK_SEED'];
const seeds = replaySeed
  ? [Number(replaySeed)]
  : soakSeed
    ? Array.from({ length: 20 }, (_, index) => Number(soakSeed) + index)
    : [1, 2, 3, 4, 5, 6];
/** Of each seed; each has a database and a store of its own. */
const SEQUENCES = 6;

describe('whatever is done, in whatever order, the model agrees, and the store’s customers are there in the end', () => {
  test.each(seeds)(
    'seed %i',
    async (seed) => {
      const property = fc.asyncProperty(sequences(replayCommands || undefined), async (steps) => {
        const shop = await openShop({ customers: 25 });
        const model: Model = { runs: new Map(), keys: new Map() };
        await fc.asyncModelRun(() => ({ model, real: shop }), steps);
        await expectEnd(shop, model);
      });
      await fc.assert(property, {
        seed,
        numRuns: SEQUENCES,
        ...(replayPath && { path: replayPath }),
        reporter: (found) => {
          if (!found.failed) return;
          const commands = fc.stringify(found.counterexample?.[0]);
          const replay = /replayPath="([^"]*)"/.exec(commands)?.[1] ?? '';
          throw new Error(
            `${String(found.errorInstance)}\n\nAfter:\n  ${commands.replaceAll(',', '\n  ')}\n\nReplay: ` +
              `MANTIS_MODEL_REPLAY='${found.seed}|${found.counterexamplePath}|${replay}' ` +
              'npx pnpm@12 exec vitest run --project pg-18 test/model/state-machine',
          );
        },
      });
    },
    120_000,
  );
});

/** Faults are over, and people do what they are asked to: each run ends, and the table is the store's. */
async function expectEnd(shop: Shop, model: Model): Promise<void> {
  const { sim, stores, sync, caller, storeId } = shop;
  sim.faults.clear();
  await stores.resume(caller, { storeId });
  for (const queueId of model.runs.keys()) {
    const run = await shop.drive(queueId);
    if (run.state === 'done') continue;
    await stores.resume(caller, { storeId });
    await sync.retry(caller, { queueId, override: true });
    expect((await shop.drive(queueId)).state).toBe('done');
  }
  expect(await shop.run('reconcile')).toMatchObject({ state: 'done' });
  await expectSame(shop);
}
