import type { Sql } from '@mantis-sync/db';

/** Inserts a row of one organisation into every tenant table. */
export async function fillTables(admin: Sql, orgId: string): Promise<void> {
  const run = (statement: string) => admin.query(statement.replaceAll(':org', `'${orgId}'::uuid`));
  await run(`insert into organization (id, name, slug) values (:org, 'Mine', 'mine')`);
  await run(`insert into woo_store (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
             values (:org, 'Shop', 'https://shop.test', '', '', 'k1', 'abcd')`);
  const store = '(select id from woo_store where org_id = :org)';
  await run(`insert into woo_customer_sync_queue (org_id, store_id, request_hash, actor_type)
             values (:org, ${store}, '', 'system')`);
  const queue = '(select id from woo_customer_sync_queue where org_id = :org)';
  await run(`insert into woo_customer_sync_queue_line (org_id, queue_id, position, woo_customer_id)
             values (:org, ${queue}, 1, 7)`);
  await run(`insert into woo_sync_activity (org_id, store_id, event, message, actor_type)
             values (:org, ${store}, 'test', 'test', 'system')`);
  await run(`insert into customer (org_id, store_id, woo_id, username, first_name, last_name, role, company, phone,
               city, country, is_paying_customer, billing, shipping, meta_data, extra, content_hash, fetched_at)
             values (:org, ${store}, 7, '', '', '', '', '', '', '', '', false, '{}', '{}', '[]', '{}',
                     decode(repeat('00', 32), 'hex'), now())`);
  await run(`insert into store_freshness (org_id, store_id) values (:org, ${store})`);
  await run(`insert into customer_change (org_id, store_id, woo_id, kind, source)
             values (:org, ${store}, 7, 'updated', 'walk')`);
  await run(`insert into guest (org_id, store_id, email) values (:org, ${store}, 'g@shop.test')`);
  await run(`insert into sync_schedule (org_id, store_id, kind, cron, next_run_at)
             values (:org, ${store}, 'delta', '0 * * * *', now())`);
  await run(`insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id)
             values (:org, ${store}, '', 'k1')`);
  await run(`insert into woo_webhook (org_id, store_id, topic, woo_webhook_id, status)
             values (:org, ${store}, 'customer.created', 1, 'active')`);
  await run(`insert into woo_webhook_delivery (org_id, store_id, delivery_id, topic, body_hash)
             values (:org, ${store}, 'd', 'customer.created', decode(repeat('00', 32), 'hex'))`);
  await run(`insert into woo_webhook_refusal (org_id, store_id, hour, reason, count)
             values (:org, ${store}, now(), 'bad_signature', 1)`);
  await run(`insert into store_grant (org_id, nonce_hash, begun_by_id, store_url, name, schedules, scope, expires_at)
             values (:org, decode(repeat('00', 32), 'hex'), 'ada', 'https://shop.test', 'Shop', 'none', 'read', now())`);
  await run(`with channel as (
               insert into notification_channel (org_id, kind, name, url_cipher, cipher_key_id, url_hint, topics)
               values (:org, 'json', 'Chat', '', 'k1', 'chat.test', '[]') returning id),
             incident as (
               insert into notification_incident (org_id, store_id, topic, code)
               values (:org, ${store}, 'store_paused', 'test') returning id),
             message as (
               insert into notification_message (org_id, channel_id, phase)
               select :org, id, 'opened' from channel returning id)
             insert into notification_event (org_id, incident_id, channel_id, phase, message_id)
             select :org, incident.id, channel.id, 'opened', message.id from channel, incident, message`);
  await run('insert into organization_settings (org_id) values (:org)');
  await run(`insert into organization_activity (org_id, event, message, actor_type)
             values (:org, 'test', 'test', 'system')`);
  await run(
    `insert into api_call_count (org_id, minute, kind, count) values (:org, now(), 'call', 1)`,
  );
}
