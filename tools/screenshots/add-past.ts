import { Client } from 'pg';

/**
 * Gives the stores of a scene what takes weeks to come about: a month of scheduled runs, and for one of them
 * webhooks with deliveries. Warnings of the connection are removed: a simulated store has no certificate.
 *
 * @param url a login that row-level security does not bind
 */
export async function addPast(
  url: string,
  { orgId, storeWithWebhooks }: { orgId: string; storeWithWebhooks: string },
): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(RUNS, [orgId]);
    await admin.query(WARNINGS, [orgId]);
    for (const statement of [ENDPOINT, TOPICS, DELIVERIES])
      await admin.query(statement, [storeWithWebhooks]);
  } finally {
    await admin.end();
  }
}

/** A full run every night, and a delta every six hours; now and then a customer fails. */
const RUNS = `
insert into woo_customer_sync_queue
       (org_id, store_id, kind, state, request_hash, actor_type, discovery_state, total_count, done_count,
        failed_count, created_count, updated_count, unchanged_count, batch_count, created_at, started_at, finished_at)
select store.org_id, store.id, kind, case failed when 0 then 'done' else 'partial' end, '\\x00', 'cron', 'complete',
       total, total - failed, failed, created, changed - created, total - failed - changed, ceil(total / 50.0), at, at,
       at + make_interval(secs => 4 + total / case kind when 'full' then 45.0 else 20.0 end)
  from woo_store store
 cross join generate_series(1, 28) day
 cross join generate_series(0, 3) quarter
 cross join lateral (
   select case quarter when 0 then 'full' else 'delta' end as kind,
          (day * 37 + quarter * 11 + length(store.name) * 13) % 23 as chance,
          date_trunc('hour', mantis.now()) - make_interval(days => day, hours => quarter * 6) + interval '17 min' as at) plan
 cross join lateral (
   select case kind when 'full' then 300 + 8 * (28 - day) + 20 * length(store.name) else 40 + chance end as total,
          case when chance > 20 then chance - 19 else 0 end as failed) size
 cross join lateral (select 4 + chance as changed, (chance / 5) as created) change
 where store.org_id = $1 and store.name <> 'Pop-up'`;

const WARNINGS = `
update woo_store
   set diagnosis = jsonb_set(diagnosis, '{findings}', (
         select coalesce(jsonb_agg(finding), '[]') from jsonb_array_elements(diagnosis->'findings') finding
          where finding->>'level' <> 'warning'))
 where org_id = $1 and diagnosis is not null`;

const ENDPOINT = `
insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id, state, checked_at, last_delivery_at)
select org_id, id, '\\x00', cipher_key_id, 'active', mantis.now() - interval '9 min', mantis.now() - interval '3 min'
  from woo_store where id = $1
    on conflict (store_id) do update
   set is_wanted = true, state = 'active', reason = null, checked_at = excluded.checked_at,
       last_delivery_at = excluded.last_delivery_at`;

const TOPICS = `
insert into woo_webhook (org_id, store_id, topic, woo_webhook_id, status)
select org_id, id, topic, n, 'active'
  from woo_store, unnest(array['customer.created', 'customer.updated', 'customer.deleted']) with ordinality t (topic, n)
 where id = $1
    on conflict do nothing`;

/** Each names a customer of the store's last run, so that its result is known. */
const DELIVERIES = `
insert into woo_webhook_delivery
       (org_id, store_id, received_at, delivery_id, topic, body_hash, woo_customer_id, state, queue_id)
select line.org_id, run.store_id, mantis.now() - make_interval(mins => 3 + 11 * n::int), 'd' || n,
       case when n % 5 = 2 then 'customer.created' else 'customer.updated' end, sha256(n::text::bytea),
       line.woo_customer_id, 'applied', line.queue_id
  from (select id, store_id, org_id from woo_customer_sync_queue
         where store_id = $1 and exists (select from woo_customer_sync_queue_line line where line.queue_id = woo_customer_sync_queue.id)
         order by created_at desc limit 1) run
 cross join lateral (
   select org_id, queue_id, woo_customer_id, row_number() over (order by woo_customer_id desc) as n
     from woo_customer_sync_queue_line where queue_id = run.id and woo_customer_id is not null limit 14) line`;
