import type { Sql } from '@mantis-sync/db';
import { SyncError } from '../domain/sync-error.ts';
import type { DiscoveryLease } from './take-discovery.ts';

/** Why discovery stands still for a while. */
export interface Wait {
  code: string;
  reason: string;
  /** Milliseconds from now, by the schedule's clock. */
  delayMs: number;
}

/**
 * Ends a walk whole, and with it the lease.
 *
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function completeDiscovery(sql: Sql, lease: DiscoveryLease): Promise<void> {
  await change(
    sql,
    lease,
    `discovery_state = 'complete', discovery_token = null, discovery_worker_id = null,
     discovery_lease_until = null`,
  );
}

/**
 * Gives a walk up; `retry` goes on from its cursor.
 *
 * @param needsPerson true where nothing but a person can help
 * @throws SyncError `lease_lost` if another worker has taken over
 */
export async function failDiscovery(
  sql: Sql,
  lease: DiscoveryLease,
  error: { code: string; message: string },
  needsPerson: boolean,
): Promise<void> {
  await change(
    sql,
    lease,
    `discovery_state = 'failed', discovery_error_code = $3, discovery_error = $4,
     is_action_required = is_action_required or $5,
     action_code = case when $5 then $3 else action_code end,
     action_reason = case when $5 then $4 else action_reason end,
     discovery_token = null, discovery_worker_id = null, discovery_lease_until = null`,
    [error.code, error.message, needsPerson],
  );
}

/**
 * Lets go of a walk for now: at the end of a slice, or because the store must be left alone.
 *
 * @param walkPageSize rows to ask for next
 * @returns when to go on; null means at once
 */
export async function releaseDiscovery(
  sql: Sql,
  lease: DiscoveryLease,
  next: { wait: Wait | null; failedAttempts: number; walkPageSize: number; walkAhead: number },
): Promise<Date | null> {
  const rows = await change<{ wait_until: Date | null }>(
    sql,
    lease,
    `page_attempts = least(page_attempts + $3, max_page_attempts), walk_page_size = $4, walk_ahead = $5,
     wait_code = $6, wait_reason = $7,
     wait_until = mantis.now() + make_interval(secs => $8::float8 / 1000),
     discovery_token = null, discovery_worker_id = null, discovery_lease_until = null`,
    [
      next.failedAttempts,
      next.walkPageSize,
      next.walkAhead,
      next.wait?.code ?? null,
      next.wait?.reason ?? null,
      next.wait?.delayMs ?? null,
    ],
    'returning wait_until',
  );
  return rows[0]?.wait_until ?? null;
}

async function change<Row extends object>(
  sql: Sql,
  lease: DiscoveryLease,
  assignments: string,
  values: readonly unknown[] = [],
  returning = '',
): Promise<Row[]> {
  const { rows, rowCount } = await sql.query<Row>(
    `update woo_customer_sync_queue set ${assignments} where id = $1 and discovery_token = $2 ${returning}`,
    [lease.queueId, lease.token, ...values],
  );
  if (rowCount === 0) {
    throw new SyncError('lease_lost', 'Another worker has taken over the discovery of this run.');
  }
  return rows;
}
