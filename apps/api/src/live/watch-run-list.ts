import { tracked } from '@trpc/server';
import { SyncError, type RunStatus } from '@mantis-sync/sync-core';
import { watchEventSchema } from '../schemas/sync-schemas.ts';
import type { Changes } from './live-runs.ts';
import { createGate, markOf, readRun, type WatchDeps, type WatchStream } from './watch-stream.ts';

const newestRuns = 20;
const activeRuns = 100;

/** The runs of an organisation or a store: first the active and newest ones, then each that changes. */
export async function* watchRunList(
  deps: WatchDeps,
  storeId: string | undefined,
  signal: AbortSignal,
): WatchStream {
  const { caller } = deps;
  const subscription = deps.live.subscribe({ orgId: caller.orgId, storeId });
  const pass = createGate(deps);
  try {
    if (storeId !== undefined) await deps.stores.get(caller, { storeId });
    let shown: Map<string, string> | undefined;
    let eventNumber = 0;
    let changes: Changes = { resync: true, runIds: new Set() };
    for (;;) {
      const runs = changes.resync
        ? await deps.share(`${caller.orgId} runs ${storeId}`, () => readRuns(deps, storeId))
        : await readSome(deps, changes.runIds);
      if (!shown || (changes.resync && lacksAny(runs, shown))) {
        shown = new Map(runs.map((run) => [run.runId, markOf(run)]));
        yield tracked(`runs.${++eventNumber}`, watchEventSchema.parse({ type: 'runs', runs }));
      }
      for (const run of runs) {
        if (shown.get(run.runId) === markOf(run)) continue;
        shown.set(run.runId, markOf(run));
        const event = watchEventSchema.parse({ type: 'run', run, activity: [] });
        yield tracked(`runs.${++eventNumber}`, event);
      }
      changes = await subscription.next(signal);
      await pass();
    }
  } finally {
    subscription.close();
  }
}

async function readRuns(
  { sync, caller }: WatchDeps,
  storeId: string | undefined,
): Promise<RunStatus[]> {
  const lists = await Promise.all([
    sync.list(caller, { storeId, limit: newestRuns }),
    sync.list(caller, { storeId, state: 'processing', limit: activeRuns }),
    sync.list(caller, { storeId, state: 'draft', limit: activeRuns }),
  ]);
  const runs = new Map(lists.flatMap(({ items }) => items).map((run) => [run.runId, run]));
  return [...runs.values()].toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Without runs that were removed meanwhile. */
async function readSome(deps: WatchDeps, runIds: ReadonlySet<string>): Promise<RunStatus[]> {
  const runs: RunStatus[] = [];
  for (const runId of runIds) {
    try {
      runs.push(await readRun(deps, runId));
    } catch (error) {
      if (!(error instanceof SyncError && error.code === 'run_not_found')) throw error;
    }
  }
  return runs;
}

/** Whether a shown run is gone. A full list says nothing about older ones. */
function lacksAny(runs: readonly RunStatus[], shown: ReadonlyMap<string, string>): boolean {
  return runs.length < Math.min(shown.size, newestRuns);
}
