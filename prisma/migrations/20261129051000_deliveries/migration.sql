-- A delivery is known by its body alone: its other headers are not signed, and whoever captured one could
-- make new rows of it without end. A customer has at most one delivery that waits.

update woo_webhook_delivery delivery set state = 'ignored'
 where state = 'pending'
   and exists (select from woo_webhook_delivery later
                where later.store_id = delivery.store_id and later.woo_customer_id = delivery.woo_customer_id
                  and later.state = 'pending' and later.id > delivery.id);
delete from woo_webhook_delivery delivery
 where state <> 'pending'
   and exists (select from woo_webhook_delivery other
                where other.store_id = delivery.store_id and other.body_hash = delivery.body_hash
                  and (other.state = 'pending' or other.id > delivery.id) and other.id <> delivery.id);

alter table woo_webhook_delivery
  drop constraint woo_webhook_delivery_store_id_delivery_id_topic_body_hash_key,
  add constraint woo_webhook_delivery_store_id_body_hash_key unique (store_id, body_hash);
create unique index woo_webhook_delivery_waiting_idx on woo_webhook_delivery (store_id, woo_customer_id)
  where state = 'pending';
grant update (received_at) on woo_webhook_delivery to mantis_app;
