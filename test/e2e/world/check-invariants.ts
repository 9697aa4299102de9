import type { Sql } from '@mantis-sync/db';

/** Each gives a row for whatever breaks it. */
const INVARIANTS: Record<string, string> = {
  'the counts of a run are those of its lines': `
    select queue.id from woo_customer_sync_queue queue
      left join woo_customer_sync_queue_line line on line.queue_id = queue.id
     group by queue.id
    having queue.total_count <> count(line.position)
        or queue.draft_count <> count(*) filter (where line.state = 'draft')
        or queue.processing_count <> count(*) filter (where line.state = 'processing')
        or queue.done_count <> count(*) filter (where line.state = 'done')
        or queue.failed_count <> count(*) filter (where line.state = 'failed')
        or queue.cancelled_count <> count(*) filter (where line.state = 'cancelled')
        or queue.created_count <> count(*) filter (where line.outcome = 'created')
        or queue.updated_count <> count(*) filter (where line.outcome = 'updated')
        or queue.unchanged_count <> count(*) filter (where line.outcome = 'unchanged')
        or queue.deleted_count <> count(*) filter (where line.outcome = 'deleted')`,
  'a customer has one line in a run': `
    select queue_id, woo_customer_id from woo_customer_sync_queue_line
     where woo_customer_id is not null
     group by queue_id, woo_customer_id having count(*) > 1`,
  'lines are numbered without gaps': `
    select queue_id from woo_customer_sync_queue_line
     group by queue_id having min(position) <> 1 or max(position) <> count(*)`,
  'a customer of a store is there once': `
    select store_id, woo_id from customer group by store_id, woo_id having count(*) > 1`,
  'whoever is done has a customer': `
    select line.queue_id, line.position
      from woo_customer_sync_queue_line line
      join woo_customer_sync_queue queue on queue.id = line.queue_id
     where line.outcome in ('created', 'updated', 'unchanged')
       and not exists (select from customer
                        where store_id = queue.store_id and woo_id = line.woo_customer_id)`,
  'the activity of a run is numbered without gaps': `
    select queue.id from woo_customer_sync_queue queue
      left join woo_sync_activity activity on activity.queue_id = queue.id
     group by queue.id
    having count(activity.seq) <> queue.activity_seq or max(activity.seq) <> queue.activity_seq
        or min(activity.seq) <> 1`,
  'no more requests are used than there are': `
    select id from woo_customer_sync_queue where requests_used > requests_budget`,
  'nothing is open in a run that is over': `
    select queue.id from woo_customer_sync_queue queue
     where queue.state in ('done', 'partial', 'failed')
       and (queue.discovery_token is not null
         or exists (select from woo_customer_sync_queue_line line
                     where line.queue_id = queue.id and line.state in ('draft', 'processing')))`,
};

/** Names of the invariants that the database breaks, with the rows that do so; empty when all is well. */
export async function findBrokenInvariants(sql: Sql): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [name, statement] of Object.entries(INVARIANTS)) {
    const { rows } = await sql.query(statement);
    if (rows.length > 0) broken[name] = rows;
  }
  return broken;
}
