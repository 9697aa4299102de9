import type { StoreDiagnosis } from '../../domain/store-diagnosis.ts';
import type { Database } from '@mantis-sync/db';
import { type Actor, SYSTEM_ACTOR } from '../../domain/actor.ts';
import { appendStoreActivity } from '../../sql/activity.ts';
import { writeDiagnosis } from '../../sql/store-diagnoses.ts';
import type { ProbeOptions } from '../../woo/connect-store.ts';
import { WooError } from '../../woo/woo-error.ts';
import type { StoreJob } from '../../domain/store-job.ts';
import type { StoreClients } from '../store-clients.ts';
import { diagnoseConnection, type Diagnosis } from './diagnose-connection.ts';
import { problem, summarize } from './finding.ts';
import { toStoreDiagnosis } from './store-diagnosis.ts';

/** Shorter than a run's: a person is waiting. A store that needs longer is reported as slow. */
export const DIAGNOSIS_TIMEOUTS = { headersMs: 15_000, totalMs: 15_000 };

export interface DiagnoseDeps {
  database: Database;
  clients: StoreClients;
}

/**
 * Diagnoses a connected store with its current keys, paused or not, saves the result, and records it in the
 * activity.
 *
 * @param actor who requested it; the system after an automatic pause
 * @throws SyncError `store_not_found`
 */
export async function diagnoseStore(
  { database, clients }: DiagnoseDeps,
  { orgId, storeId }: StoreJob,
  actor: Actor = SYSTEM_ACTOR,
  signal?: AbortSignal,
): Promise<StoreDiagnosis> {
  const diagnosis = await examine(clients, { orgId, storeId }, signal);
  const kept = toStoreDiagnosis(diagnosis, new Date());
  await database.withOrg(orgId, async (sql) => {
    await writeDiagnosis(sql, storeId, kept);
    await appendStoreActivity(sql, orgId, storeId, {
      event: 'store.diagnosed',
      level: kept.isHealthy ? 'info' : 'warning',
      message: `Connection checked: ${summarize(kept.findings)}`,
      actor,
      data: {
        isHealthy: kept.isHealthy,
        codes: kept.findings.filter(({ level }) => level !== 'ok').map(({ code }) => code),
      },
    });
  });
  return kept;
}

async function examine(
  clients: StoreClients,
  { orgId, storeId }: StoreJob,
  signal: AbortSignal | undefined,
): Promise<Diagnosis> {
  let options: ProbeOptions;
  try {
    options = await clients.reach(orgId, storeId);
  } catch (error) {
    // Its keys cannot be decrypted, so no request can be sent.
    if (!(error instanceof WooError)) throw error;
    return {
      findings: [problem(error)],
      isHealthy: false,
      connection: null,
      error,
      pace: null,
      clockAheadMs: null,
    };
  }
  return diagnoseConnection({ ...options, timeouts: DIAGNOSIS_TIMEOUTS, signal });
}
