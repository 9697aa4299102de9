interface Queries {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Copies a store with a day of runs each; every third copy is paused, every fifth never ran. */
export async function copyStores(admin: Queries, storeId: string, count: number): Promise<void> {
  await admin.query(
    `insert into woo_store (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id,
                            key_hint, state, pause_code, pause_reason, paused_at)
     select org_id, 'Copy ' || n, 'https://copy-' || n || '.example.com', consumer_key_cipher,
            consumer_secret_cipher, cipher_key_id, key_hint, case when stops then 'paused' else 'active' end,
            case when stops then 'key_revoked' end,
            case when stops then 'The store does not know this consumer key.' end,
            case when stops then mantis.now() end
       from woo_store, generate_series(1, $2::int) n, lateral (select n % 3 = 0 as stops) pause
      where id = $1`,
    [storeId, count],
  );
  await admin.query(
    `insert into woo_customer_sync_queue
            (org_id, store_id, kind, state, request_hash, actor_type, discovery_state, total_count,
             done_count, failed_count, created_count, created_at, started_at, finished_at)
     select store.org_id, store.id, case when n % 6 = 0 then 'full' else 'delta' end,
            case failed when 0 then 'done' when total then 'failed' else 'partial' end, '\\x00', 'cron',
            'complete', total, total - failed, failed, total - failed, went, went,
            went + make_interval(secs => total / 10.0)
       from woo_store store, generate_series(1, 20) n,
            lateral (select case when n % 6 = 0 then 900 else 5 + n * 7 % 60 end as total,
                            mantis.now() - make_interval(hours => n) as went) run,
            lateral (select case when n = 9 then 3 when n = 14 then total else 0 end as failed) bad
      where store.org_id = (select org_id from woo_store where id = $1)
        and store.name ~ '^Copy [0-9]+$' and store.name !~ '[05]$'`,
    [storeId],
  );
  await admin.query(
    `insert into store_freshness (org_id, store_id, newest_woo_id, verified_since, refreshed_at)
     select org_id, store_id, 1, min(created_at), max(created_at) from woo_customer_sync_queue
      where org_id = (select org_id from woo_store where id = $1) group by org_id, store_id
         on conflict do nothing`,
    [storeId],
  );
}
