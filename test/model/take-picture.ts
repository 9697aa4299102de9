import type { Sql } from '@mantis-sync/db';

/** Everything that a worker may change, except spent requests. */
export async function takePicture(admin: Sql) {
  const runs = await admin.query(
    `select id, state, discovery_state, step, step_cursor, walk_last_id, walk_rank, walk_pass, page_count,
            discovery_token, discovery_deaths, page_attempts, round, process_count, is_action_required,
            total_count, done_count, failed_count, draft_count, processing_count
       from woo_customer_sync_queue order by id`,
  );
  const lines = await admin.query(
    `select queue_id, position, state, attempts, deaths, outcome, lease_token
       from woo_customer_sync_queue_line order by queue_id, position`,
  );
  const customers = await admin.query(
    `select woo_id, encode(content_hash, 'hex') as hash, fetched_at, deleted_at from customer order by woo_id`,
  );
  return { runs: runs.rows, lines: lines.rows, customers: customers.rows };
}

/**
 * Lines and discoveries leased by these workers.
 *
 * @param workers null counts all leases
 */
export async function countLeased(admin: Sql, workers: readonly string[] | null): Promise<number> {
  const { rows } = await admin.query<{ held: number }>(
    `select (select count(*) from woo_customer_sync_queue_line
              where lease_token is not null and ($1::text[] is null or worker_id = any($1)))
          + (select count(*) from woo_customer_sync_queue
              where discovery_token is not null
                and ($1::text[] is null or discovery_worker_id = any($1))) as held`,
    [workers],
  );
  return rows[0]?.held ?? 0;
}
