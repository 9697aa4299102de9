import type { Sql } from '@mantis-sync/db';
import type { MappedCustomer } from '../domain/customer-mapping.ts';
import type { StoredContent } from '../domain/diff-customer.ts';
import type { LineOutcome } from '../domain/line-state.ts';
import type { ChangeSource } from '../domain/run-kind.ts';

/** A customer as read from a store, ready to be stored. */
export interface CustomerVersion {
  customer: MappedCustomer;
  /** sha256 of the content, 32 bytes. */
  contentHash: Buffer;
  /** The store's clock when this version was read. */
  fetchedAt: Date;
  source: ChangeSource;
}

/** What became of a version. */
export interface StoredCustomer {
  outcome: Exclude<LineOutcome, 'deleted'>;
  /** The content that an update replaced, by column; null for any other outcome. */
  before: StoredContent | null;
}

/**
 * Stores a batch in one statement. An unchanged customer costs no write, and an older version never
 * overwrites a newer one: the store's own date of change decides, then the time it was read. A date of
 * change in the future (stores do send them) counts as the time it was read. A deletion knows no date of
 * change: only what was read after it brings the customer back.
 *
 * @param versions at most one a customer; rows are locked in the order of their ids
 * @returns what became of each, by WooCommerce id
 */
export async function upsertCustomers(
  sql: Sql,
  owner: { orgId: string; storeId: string; queueId: string },
  versions: readonly CustomerVersion[],
): Promise<Map<number, StoredCustomer>> {
  if (versions.length === 0) return new Map();
  const { rows } = await sql.query<StoredCustomer & { woo_id: number }>({
    name: 'upsert-customers',
    text: `with incoming as (
             select * from jsonb_to_recordset($4::jsonb) as item(
               woo_id bigint, email text, username text, first_name text, last_name text, role text,
               company text, phone text, city text, country text, is_paying_customer boolean,
               avatar_url text, billing jsonb, shipping jsonb, meta_data jsonb, extra jsonb,
               woo_created_at timestamptz, woo_modified_at timestamptz, content_hash text,
               fetched_at timestamptz, source text)),
           changed as (
             select incoming.*
               from incoming
               left join customer known
                 on known.org_id = $1 and known.store_id = $2 and known.woo_id = incoming.woo_id
              where known.woo_id is null
                 or known.deleted_at is not null
                 or known.content_hash <> decode(incoming.content_hash, 'hex')
                 or known.woo_modified_at is distinct from incoming.woo_modified_at),
           before as materialized (
             select known.woo_id, to_jsonb(known) as content
               from changed
               join customer known
                 on known.org_id = $1 and known.store_id = $2 and known.woo_id = changed.woo_id
              order by known.woo_id
                for no key update of known),
           stored as (
             insert into customer as known (
               org_id, store_id, woo_id, email, username, first_name, last_name, role, company, phone, city,
               country, is_paying_customer, avatar_url, billing, shipping, meta_data, extra,
               woo_created_at, woo_modified_at, content_hash, fetched_at, last_queue_id, first_source)
             select $1, $2, changed.woo_id, email, username, first_name, last_name, role, company, phone, city,
                    country, is_paying_customer, avatar_url, billing, shipping, meta_data, extra,
                    woo_created_at, woo_modified_at, decode(content_hash, 'hex'), fetched_at, $3,
                    source
               from changed left join before on before.woo_id = changed.woo_id
              order by changed.woo_id
             on conflict (org_id, store_id, woo_id) do update
                set email = excluded.email, username = excluded.username,
                    first_name = excluded.first_name, last_name = excluded.last_name, role = excluded.role,
                    company = excluded.company, phone = excluded.phone, city = excluded.city,
                    country = excluded.country, is_paying_customer = excluded.is_paying_customer,
                    avatar_url = excluded.avatar_url, billing = excluded.billing,
                    shipping = excluded.shipping, meta_data = excluded.meta_data, extra = excluded.extra,
                    woo_created_at = excluded.woo_created_at, woo_modified_at = excluded.woo_modified_at,
                    content_hash = excluded.content_hash, fetched_at = excluded.fetched_at,
                    last_queue_id = excluded.last_queue_id, updated_at = mantis.now(), deleted_at = null
              where case when known.deleted_at is not null then excluded.fetched_at >= known.fetched_at
                         else (least(coalesce(excluded.woo_modified_at, known.woo_modified_at),
                                     excluded.fetched_at), excluded.fetched_at)
                           >= (least(coalesce(known.woo_modified_at, excluded.woo_modified_at),
                                     known.fetched_at), known.fetched_at) end
             returning woo_id, xmax = 0 as is_new)
           select incoming.woo_id,
                  case when stored.is_new then 'created'
                       when stored.woo_id is not null then 'updated'
                       else 'unchanged' end as outcome,
                  case when not stored.is_new then before.content end as before
             from incoming
             left join stored on stored.woo_id = incoming.woo_id
             left join before on before.woo_id = incoming.woo_id`,
    values: [owner.orgId, owner.storeId, owner.queueId, JSON.stringify(versions.map(toRecord))],
  });
  return new Map(rows.map(({ woo_id, outcome, before }) => [woo_id, { outcome, before }]));
}

/**
 * Marks customers that the store no longer has. They are kept, with `deleted_at`, and with `fetched_at` as
 * the time of that answer.
 *
 * @param readAt the store's clock when it said so; a version read later wins
 * @returns those that were not marked already
 */
export async function markCustomersDeleted(
  sql: Sql,
  owner: { storeId: string; queueId: string },
  wooIds: readonly number[],
  readAt: Date,
): Promise<number[]> {
  if (wooIds.length === 0) return [];
  const { rows } = await sql.query<{ woo_id: number }>(
    `update customer
        set deleted_at = mantis.now(), updated_at = mantis.now(), last_queue_id = $2, fetched_at = $4
      where store_id = $1 and woo_id = any($3::bigint[]) and deleted_at is null and fetched_at <= $4
      returning woo_id`,
    [owner.storeId, owner.queueId, wooIds, readAt],
  );
  return rows.map((row) => row.woo_id);
}

function toRecord({ customer, contentHash, fetchedAt, source }: CustomerVersion) {
  return {
    woo_id: customer.wooId,
    email: customer.email,
    username: customer.username,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    company: customer.company,
    phone: customer.phone,
    city: customer.city,
    country: customer.country,
    is_paying_customer: customer.isPayingCustomer,
    avatar_url: customer.avatarUrl,
    billing: customer.billing,
    shipping: customer.shipping,
    meta_data: customer.metaData,
    extra: customer.extra,
    woo_created_at: customer.dateCreated,
    woo_modified_at: customer.dateModified,
    content_hash: contentHash.toString('hex'),
    fetched_at: fetchedAt,
    source,
  };
}
