import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../domain/run-kind.ts';
import { SyncError } from '../domain/sync-error.ts';
import type { DiscoveryLease } from './take-discovery.ts';

/** Where a discovery stands that is not walking. */
export interface StepPosition {
  step: DiscoveryStep;
  cursor: Record<string, unknown>;
}

/**
 * Moves a discovery's step and renews its lease.
 *
 * @returns lines that the run has, under its lock
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function moveStep(
  sql: Sql,
  lease: DiscoveryLease,
  { step, cursor }: StepPosition,
): Promise<number> {
  const { rows } = await sql.query<{ total_count: number }>(
    `update woo_customer_sync_queue
        set step = $3, step_cursor = $4, page_attempts = 0,
            discovery_deaths = 0,
            discovery_lease_until = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
      where id = $1 and discovery_token = $2
      returning total_count`,
    [lease.queueId, lease.token, step, JSON.stringify(cursor), lease.leaseMs],
  );
  const row = rows[0];
  if (!row)
    throw new SyncError('lease_lost', 'Another worker has taken over the discovery of this run.');
  return row.total_count;
}

/** Sets out on the walk of a slice. @throws SyncError `lease_lost` */
export async function beginSliceWalk(
  sql: Sql,
  lease: DiscoveryLease,
  slice: { lastId: number; rank: number; untilRank: number; budget: number },
): Promise<void> {
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue
        set walk_last_id = $3, walk_from_id = $3, walk_rank = $4, walk_until_rank = $5,
            walk_stuck = 0, walk_blind = false,
            requests_budget = greatest(requests_budget, requests_used + $6)
      where id = $1 and discovery_token = $2`,
    [lease.queueId, lease.token, slice.lastId, slice.rank, slice.untilRank, slice.budget],
  );
  if (rowCount === 0)
    throw new SyncError('lease_lost', 'Another worker has taken over the discovery of this run.');
}
