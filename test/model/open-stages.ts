import assert from 'node:assert/strict';
import { onTestFinished } from 'vitest';
import { createClockedDatabase, openStore, type OpenStore } from '../support/open-store.ts';
import { createCrew } from './crew.ts';
import type { Stage } from './step.ts';
import { takePicture } from './take-picture.ts';

const NOTHING = { runs: [], lines: [], customers: [] };

/**
 * A stage for each of many sequences. Creating a database costs more than most sequences, so it is reused
 * after its store was removed, unless the sequence failed.
 */
export function openStages(
  customers: number,
): (act: (stage: Stage) => Promise<void>) => Promise<void> {
  let free: Awaited<ReturnType<typeof openDatabase>> | undefined;
  return async (act) => {
    const on = free ?? (await openDatabase());
    free = undefined;
    const store = await openStore({ customers, on });
    await act({ store, crew: createCrew(store) });
    await expectRemoved(store);
    free = on;
  };
}

async function openDatabase() {
  const on = await createClockedDatabase();
  onTestFinished(() => on.db.drop());
  return on;
}

/** Removing a store leaves nothing. */
async function expectRemoved({ db, stores, caller, storeId }: OpenStore): Promise<void> {
  await stores.remove(caller, { storeId });
  assert.deepEqual(await takePicture(db.admin), NOTHING);
}
