import { codeOf, type Database, type Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import type { SyncLog } from '../platform/sync-log.ts';
import {
  type ActivityEntry,
  appendOrganisationActivity,
  appendStoreActivity,
} from '../sql/activity.ts';
import { changeRun } from '../runs/change-run.ts';
import { findRun } from '../sql/run-row.ts';
import { findStore } from '../sql/stores.ts';

/** A job that can never be done. */
export interface RefusedJob {
  task: string;
  jobId: string;
  actor: Actor;
  /** `invalid_payload`, or a code of SyncError. */
  code: string;
  /** In words, without values of the payload. */
  reason: string;
  /** Ids named in the payload; uuids, whether they exist or not. */
  orgId: string | null;
  storeId: string | null;
  runId: string | null;
}

const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Records why a job is not done, in the activity of the run, else of the store, else of the organisation. Jobs
 * without an organisation are only logged.
 */
export async function refuseJob(
  { database, log }: { database: Database; log: SyncLog },
  job: RefusedJob,
): Promise<void> {
  const { task, jobId, code, reason, orgId } = job;
  const recordedIn = orgId === null ? 'nowhere' : await tell(database, orgId, job);
  log.warn({ task, jobId, code, reason, recordedIn }, 'job refused');
}

async function tell(database: Database, orgId: string, job: RefusedJob): Promise<string> {
  try {
    return await database.withOrg(orgId, (sql) => append(sql, orgId, job));
  } catch (error) {
    // There is no such organisation.
    if (codeOf(error) === FOREIGN_KEY_VIOLATION) return 'nowhere';
    throw error;
  }
}

async function append(sql: Sql, orgId: string, job: RefusedJob): Promise<string> {
  const { task, jobId, actor, code, reason, storeId, runId } = job;
  const entry: ActivityEntry = {
    level: 'warning',
    event: 'job.refused',
    message: `The job ${task} was refused: ${reason}`,
    actor,
    data: { task, jobId, code },
  };
  if (runId !== null && (await findRun(sql, runId))) {
    await changeRun(sql, runId, async () => ({ result: undefined, activity: [entry] }));
    return 'run';
  }
  if (storeId !== null && (await findStore(sql, storeId))) {
    await appendStoreActivity(sql, orgId, storeId, entry);
    return 'store';
  }
  await appendOrganisationActivity(sql, orgId, entry);
  return 'organisation';
}
