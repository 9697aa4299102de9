-- The page of a store: who did what, and its webhook deliveries, the newest first.

create index woo_sync_activity_people_idx on woo_sync_activity (store_id, id desc)
  where actor_type in ('user', 'api_key') or event = 'store.paused';
create index woo_webhook_delivery_store_idx on woo_webhook_delivery (store_id, received_at desc, id desc);
