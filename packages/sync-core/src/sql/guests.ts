import type { Sql } from '@mantis-sync/db';
import type { MergedGuest } from '../domain/guest-order.ts';

interface Owner {
  orgId: string;
  storeId: string;
  runId: string;
}

/** Stores guests, one per email address: an older order never overwrites a newer one. */
export async function upsertGuests(
  sql: Sql,
  { orgId, storeId, runId }: Owner,
  guests: readonly MergedGuest[],
): Promise<void> {
  if (guests.length === 0) return;
  await sql.query(
    `insert into guest as known (org_id, store_id, last_queue_id, email, first_name, last_name,
                                 company, phone, city, country, first_order_at, last_order_at)
     select $1, $2, $3, item.email, item."firstName", item."lastName", item.company, item.phone,
            item.city, item.country, item."firstOrderAt", item."orderedAt"
       from jsonb_to_recordset($4::jsonb) as item(
              email text, "firstName" text, "lastName" text, company text, phone text, city text,
              country text, "firstOrderAt" timestamptz, "orderedAt" timestamptz)
      order by item.email
     on conflict (org_id, store_id, email) do update
        set first_name = excluded.first_name, last_name = excluded.last_name,
            company = excluded.company, phone = excluded.phone, city = excluded.city,
            country = excluded.country, last_queue_id = excluded.last_queue_id,
            first_order_at = least(known.first_order_at, excluded.first_order_at),
            last_order_at = excluded.last_order_at, updated_at = mantis.now()
      where coalesce(excluded.last_order_at, '-infinity') >= coalesce(known.last_order_at, '-infinity')
        and (known.first_name, known.last_name, known.company, known.phone, known.city, known.country,
             known.last_order_at)
            is distinct from
            (excluded.first_name, excluded.last_name, excluded.company, excluded.phone, excluded.city,
             excluded.country, excluded.last_order_at)`,
    [orgId, storeId, runId, JSON.stringify(guests)],
  );
}

/** Adds to the orders that guests are known from. */
export async function addGuestOrders(
  sql: Sql,
  storeId: string,
  guests: readonly MergedGuest[],
): Promise<void> {
  if (guests.length === 0) return;
  await sql.query(
    `update guest
        set order_ids = array(select distinct unnest(guest.order_ids || item."orderIds"))
       from jsonb_to_recordset($2::jsonb) as item(email text, "orderIds" bigint[])
      where guest.store_id = $1 and guest.email = item.email
        and not guest.order_ids @> item."orderIds"`,
    [storeId, JSON.stringify(guests)],
  );
}

/** Deletes guests whose orders have all been erased in the store. @returns number of guests */
export async function forgetErasedGuests(
  sql: Sql,
  storeId: string,
  orderIds: readonly number[],
): Promise<number> {
  if (orderIds.length === 0) return 0;
  const { rowCount } = await sql.query(
    `delete from guest
      where store_id = $1 and order_ids && $2::bigint[] and order_ids <@ $2::bigint[]`,
    [storeId, orderIds],
  );
  await sql.query(
    `update guest
        set order_ids = array(select unnest(order_ids) except select unnest($2::bigint[]))
      where store_id = $1 and order_ids && $2::bigint[]`,
    [storeId, orderIds],
  );
  return rowCount;
}

/** Deletes guests without an order, after all orders were read. @returns number of guests */
export async function forgetGuestsWithoutOrders(sql: Sql, storeId: string): Promise<number> {
  const { rowCount } = await sql.query(
    "delete from guest where store_id = $1 and order_ids = '{}'",
    [storeId],
  );
  return rowCount;
}

/** Links guests to the customer with the same address. They remain separate rows. */
export async function linkGuests(sql: Sql, storeId: string): Promise<number> {
  const { rowCount } = await sql.query(
    `update guest
        set linked_woo_id = known.woo_id, linked_at = mantis.now(), updated_at = mantis.now()
       from (select distinct on (lower(customer.email)) lower(customer.email) as email, customer.woo_id
               from customer
               join guest unlinked
                 on unlinked.org_id = customer.org_id and unlinked.store_id = customer.store_id
                    and unlinked.email = lower(customer.email)
              where customer.store_id = $1 and customer.deleted_at is null
                and unlinked.linked_woo_id is null
              order by lower(customer.email), customer.woo_id) known
      where guest.store_id = $1 and guest.linked_woo_id is null and guest.email = known.email`,
    [storeId],
  );
  return rowCount;
}
