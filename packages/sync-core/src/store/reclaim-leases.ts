import type { Sql } from '@mantis-sync/db';

/**
 * Takes lines back whose worker died, or held them too long. The attempt counts: lines with tries left
 * return to draft, the others fail. The caller holds the run's lock.
 *
 * @returns lines taken back, and lines that failed with it
 */
export async function reclaimLines(
  sql: Sql,
  queueId: string,
  maxRetries: number,
): Promise<{ returned: number; failed: number }> {
  const { rows } = await sql.query<{ state: 'draft' | 'failed' }>(
    `update woo_customer_sync_queue_line line
        set state = case when attempts > $2 then 'failed' else 'draft' end,
            next_attempt_at = mantis.now(),
            error_code = 'worker_died',
            error_message = 'The worker died while it processed this customer, '
              || attempts || case when attempts = 1 then ' time.' else ' times.' end,
            lease_token = null, lease_until = null, worker_id = null
      where queue_id = $1 and state = 'processing'
        and (lease_until < clock_timestamp() or not exists (select from sync_worker where id = line.worker_id))
      returning state`,
    [queueId, maxRetries],
  );
  const failed = rows.filter((row) => row.state === 'failed').length;
  return { returned: rows.length - failed, failed };
}

/**
 * Takes a walk back whose worker died, or held it too long, and counts the death. The caller holds the
 * run's lock.
 *
 * @returns deaths in a row without a page between them; null where the walk is not held by the dead
 */
export async function reclaimDiscovery(sql: Sql, queueId: string): Promise<number | null> {
  const { rows } = await sql.query<{ discovery_deaths: number }>(
    `update woo_customer_sync_queue queue
        set discovery_token = null, discovery_worker_id = null, discovery_lease_until = null,
            discovery_deaths = discovery_deaths + 1
      where id = $1 and discovery_token is not null
        and (discovery_lease_until < clock_timestamp()
          or not exists (select from sync_worker where id = queue.discovery_worker_id))
      returning discovery_deaths`,
    [queueId],
  );
  return rows[0]?.discovery_deaths ?? null;
}

/** Gives up a walk that no worker survives. The caller holds the run's lock. */
export async function abandonDiscovery(sql: Sql, queueId: string, reason: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set discovery_state = 'failed', discovery_error_code = 'worker_died', discovery_error = $2,
            is_action_required = true, action_code = 'worker_died', action_reason = $2
      where id = $1`,
    [queueId, reason],
  );
}
