import type { Sql } from '@mantis-sync/db';
import { STARTABLE_KINDS, type StartableKind } from '../domain/run-kind.ts';
import type { QueueState } from '../domain/queue-state.ts';

/** A run in the small picture of a store's history. */
export interface RecentRun {
  queueId: string;
  kind: StartableKind;
  state: QueueState;
  /** When it began, or was asked for where it has not begun. */
  at: Date;
  /** From its begin to its end; null while it is under way, or where it never began. */
  seconds: number | null;
  total: number;
  failed: number;
  /** Customers that it created, updated or deleted. */
  changed: number;
}

interface RawRecentRun {
  store_id: string;
  id: string;
  kind: StartableKind;
  state: QueueState;
  at: Date;
  seconds: number | null;
  total: number;
  failed: number;
  changed: number;
}

/** How many a store shows. */
const LENGTH = 20;

/**
 * The last runs of each store, oldest first, without those that webhooks made; of all stores, or of one.
 * One index scan a store, in one round trip.
 */
export async function listRecentRuns(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, RecentRun[]>> {
  const { rows } = await sql.query<RawRecentRun>(
    `select store.id as store_id, recent.*
       from woo_store store
       cross join lateral (
         select id, kind, state, coalesce(started_at, created_at) as at,
                extract(epoch from finished_at - started_at)::float8 as seconds,
                total_count as total, failed_count as failed,
                created_count + updated_count + deleted_count as changed
           from woo_customer_sync_queue queue
          where queue.org_id = store.org_id and queue.store_id = store.id and queue.kind = any($2)
          order by queue.created_at desc, queue.id desc
          limit $3) recent
      where $1::uuid is null or store.id = $1`,
    [storeId, STARTABLE_KINDS, LENGTH],
  );
  const runs = new Map<string, RecentRun[]>();
  for (const { store_id: store, id, ...run } of rows.toReversed()) {
    const known = runs.get(store) ?? [];
    known.push({ queueId: id, ...run });
    runs.set(store, known);
  }
  return runs;
}
