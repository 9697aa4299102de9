import type { Sql } from '@mantis-sync/db';

/** The invariants of the tables, each as a query for violations. Requires a superuser, who sees all organisations. */
const VIOLATIONS: Record<string, string> = {
  'I1 a customer stands once': `
    select org_id, store_id, woo_id from customer
     group by org_id, store_id, woo_id having count(*) > 1`,
  'I1 a customer has one line in a run': `
    select queue_id, woo_customer_id from woo_customer_sync_queue_line
     where woo_customer_id is not null group by queue_id, woo_customer_id having count(*) > 1`,
  'I2 the counts are those of the lines': `
    select queue.id
      from woo_customer_sync_queue queue
      left join lateral (
        select count(*) as total,
               count(*) filter (where state = 'draft') as draft,
               count(*) filter (where state = 'processing') as processing,
               count(*) filter (where state = 'done') as done,
               count(*) filter (where state = 'failed') as failed,
               count(*) filter (where state = 'cancelled') as cancelled,
               count(*) filter (where outcome = 'created') as created,
               count(*) filter (where outcome = 'updated') as updated,
               count(*) filter (where outcome = 'unchanged') as unchanged,
               count(*) filter (where outcome = 'deleted') as deleted
          from woo_customer_sync_queue_line line where line.queue_id = queue.id) line on true
     where (total_count, draft_count, processing_count, done_count, failed_count, cancelled_count,
            created_count, updated_count, unchanged_count, deleted_count)
        is distinct from (line.total, line.draft, line.processing, line.done, line.failed,
            line.cancelled, line.created, line.updated, line.unchanged, line.deleted)`,
  'I2 the state is the one that follows': `
    select id from woo_customer_sync_queue
     where state <> mantis.queue_state(discovery_state, draft_count, processing_count, done_count,
                                       failed_count, cancelled_count)`,
  'I3 a run is over exactly where its walk is and no line is open': `
    select queue.id from woo_customer_sync_queue queue
     where (queue.state in ('done', 'partial', 'failed'))
        <> (queue.discovery_state in ('complete', 'failed', 'cancelled')
            and not exists (select from woo_customer_sync_queue_line line
                             where line.queue_id = queue.id and line.state in ('draft', 'processing')))`,
  'I3 no worker holds the discovery of an ended run': `
    select id from woo_customer_sync_queue
     where state in ('done', 'partial', 'failed') and discovery_token is not null`,
  'I4 requests are within the budget': `
    select id from woo_customer_sync_queue where requests_used > requests_budget`,
  'I6 done means that no customer failed and the walk did not': `
    select id from woo_customer_sync_queue
     where state = 'done' and (failed_count > 0 or discovery_state = 'failed')`,
  'I7 a row belongs to the organisation of its store': `
    select queue.id::text from woo_customer_sync_queue queue
      left join woo_store store on store.id = queue.store_id and store.org_id = queue.org_id
     where store.id is null
    union all
    select line.queue_id::text from woo_customer_sync_queue_line line
      left join woo_customer_sync_queue queue on queue.id = line.queue_id and queue.org_id = line.org_id
     where queue.id is null
    union all
    select activity.id::text from woo_sync_activity activity
      left join woo_store store on store.id = activity.store_id and store.org_id = activity.org_id
     where store.id is null
    union all
    select customer.id::text from customer
      left join woo_store store on store.id = customer.store_id and store.org_id = customer.org_id
     where store.id is null`,
  'I8 activity is numbered without gaps, up to the number that the run says': `
    select queue.id from woo_customer_sync_queue queue
      left join woo_sync_activity activity on activity.queue_id = queue.id
     group by queue.id, queue.activity_seq
    having count(activity.seq) <> queue.activity_seq
        or coalesce(max(activity.seq), 0) <> queue.activity_seq
        or count(distinct activity.seq) <> count(activity.seq)`,
  'I5 every done line has a customer': `
    select line.queue_id, line.position
      from woo_customer_sync_queue_line line
      join woo_customer_sync_queue queue on queue.id = line.queue_id
     where line.outcome in ('created', 'updated', 'unchanged') and line.woo_customer_id is not null
       and not exists (select from customer
                        where store_id = queue.store_id and woo_id = line.woo_customer_id)`,
  'lines are numbered without gaps': `
    select queue_id from woo_customer_sync_queue_line
     group by queue_id having max(position) <> count(*)`,
  'a line is held exactly while it is processing': `
    select queue_id from woo_customer_sync_queue_line
     where (state = 'processing') <> (lease_token is not null and lease_until is not null and worker_id is not null)`,
  'attempts stay within what the run allows': `
    select line.queue_id from woo_customer_sync_queue_line line
      join woo_customer_sync_queue queue on queue.id = line.queue_id
     where line.attempts > queue.max_retries + 1`,
  'rounds that ended with failures are no more than rounds': `
    select id from woo_customer_sync_queue where process_count > round`,
};

/** Names of violated invariants with the rows; empty if there are none. */
export async function findBrokenInvariants(admin: Sql): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(VIOLATIONS)) {
    const { rows } = await admin.query(query);
    if (rows.length > 0) broken[name] = rows;
  }
  return broken;
}
