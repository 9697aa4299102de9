import type { Sql } from '@mantis-sync/db';

export interface ReclaimedLine {
  position: number;
  wooCustomerId: number | null;
}

/**
 * Takes lines back whose worker died, or held them too long. The death counts, not the attempt: lines
 * return to draft to be claimed alone, until the last death that is allowed. From the second death on they
 * wait a while, each another one, so that two that are tried side by side come apart. The caller holds
 * the run's lock.
 *
 * @returns lines taken back, and lines that failed with it
 */
export async function reclaimLines(
  sql: Sql,
  queueId: string,
  maxDeaths: number,
): Promise<{ returned: number; failed: ReclaimedLine[] }> {
  const { rows } = await sql.query<{
    state: 'draft' | 'failed';
    position: number;
    woo_customer_id: number | null;
  }>(
    `update woo_customer_sync_queue_line line
        set state = case when line.deaths + 1 >= $2 then 'failed' else 'draft' end,
            attempts = line.attempts - case when line.deaths + 1 >= $2 then 0 else 1 end,
            deaths = line.deaths + 1,
            alone = true,
            next_attempt_at = mantis.now() + case when line.deaths = 0 then interval '0'
              else make_interval(secs => queue.retry_base_ms * 2 ^ line.deaths * (0.5 + random()) / 1000) end,
            error_code = 'worker_died',
            error_message = case when line.deaths = 0
              then 'The worker that had this customer and others in hand died, or took too long.'
              else format('%s workers died, or took too long, with this customer in hand; the last of them had no other.',
                          line.deaths + 1) end,
            processed_at = case when line.deaths + 1 >= $2 then mantis.now() else line.processed_at end,
            lease_token = null, lease_until = null, worker_id = null
       from woo_customer_sync_queue queue
      where line.queue_id = $1 and queue.id = line.queue_id and line.state = 'processing'
        and (line.lease_until < clock_timestamp()
          or not exists (select from sync_worker where id = line.worker_id))
      returning line.state, line.position, line.woo_customer_id`,
    [queueId, maxDeaths],
  );
  const failed = rows
    .filter((row) => row.state === 'failed')
    .map((row) => ({ position: row.position, wooCustomerId: row.woo_customer_id }));
  return { returned: rows.length - failed.length, failed };
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
