import type { Database } from '@mantis-sync/db';
import { SYSTEM_ACTOR } from '../domain/actor.ts';
import type { RunSettings } from '../domain/run-settings.ts';
import { SyncError } from '../domain/sync-error.ts';
import { startRun } from '../runs/start-run.ts';
import { countActiveCustomers } from '../sql/customers.ts';
import { hasUncoveredGap } from '../sql/webhooks.ts';

/** Up to this size a store is walked completely to close a gap; larger ones verify larger windows. */
const SMALL_STORE = 10_000;

/**
 * Starts a run that closes the gap, if there is one. While another run is active, none is started: if that run
 * began before the gap ended, its own end enqueues the next check.
 */
export async function coverGap(
  deps: { database: Database; defaults: RunSettings },
  orgId: string,
  storeId: string,
): Promise<void> {
  const caller = { orgId, actor: { ...SYSTEM_ACTOR, name: 'Webhook upkeep' } };
  try {
    await deps.database.withOrg(orgId, async (sql) => {
      if (!(await hasUncoveredGap(sql, storeId))) return;
      const isSmall = (await countActiveCustomers(sql, storeId)) <= SMALL_STORE;
      const kind = isSmall ? 'reconcile' : 'delta';
      await startRun(sql, caller, { storeId, kind }, deps.defaults);
    });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
  }
}
