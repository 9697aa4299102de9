import type { Client } from 'pg';
import type { MappedCustomer } from '../../packages/sync-core/src/domain/customer-mapping.ts';

/** A customer as any program would store it. */
export interface PlainCustomer {
  customer: MappedCustomer;
  contentHash: Buffer;
}

/** The columns of `customer` without generated ones, with only the primary key. */
const CREATE = `
  create table plain_customer (
    org_id uuid not null, store_id uuid not null, woo_id bigint not null, email text, username text,
    first_name text, last_name text, role text, company text, phone text, city text, country text,
    is_paying_customer boolean, avatar_url text, billing jsonb, shipping jsonb, meta_data jsonb, extra jsonb,
    woo_created_at timestamptz, woo_modified_at timestamptz, content_hash bytea, fetched_at timestamptz,
    last_queue_id uuid, created_at timestamptz default now(), updated_at timestamptz default now(),
    deleted_at timestamptz, first_source text,
    primary key (org_id, store_id, woo_id))`;

const UPSERT = `
  insert into plain_customer (
    org_id, store_id, woo_id, email, username, first_name, last_name, role, company, phone, city, country,
    is_paying_customer, avatar_url, billing, shipping, meta_data, extra, woo_created_at, woo_modified_at,
    content_hash, fetched_at, first_source)
  select $1, $2, woo_id, email, username, first_name, last_name, role, company, phone, city, country,
         is_paying_customer, avatar_url, billing, shipping, meta_data, extra, woo_created_at, woo_modified_at,
         decode(content_hash, 'hex'), now(), 'walk'
    from jsonb_to_recordset($3::jsonb) as item(
      woo_id bigint, email text, username text, first_name text, last_name text, role text, company text,
      phone text, city text, country text, is_paying_customer boolean, avatar_url text, billing jsonb,
      shipping jsonb, meta_data jsonb, extra jsonb, woo_created_at timestamptz, woo_modified_at timestamptz,
      content_hash text)
  on conflict (org_id, store_id, woo_id) do update
     set email = excluded.email, username = excluded.username, first_name = excluded.first_name,
         last_name = excluded.last_name, role = excluded.role, company = excluded.company,
         phone = excluded.phone, city = excluded.city, country = excluded.country,
         is_paying_customer = excluded.is_paying_customer, avatar_url = excluded.avatar_url,
         billing = excluded.billing, shipping = excluded.shipping, meta_data = excluded.meta_data,
         extra = excluded.extra, woo_created_at = excluded.woo_created_at,
         woo_modified_at = excluded.woo_modified_at, content_hash = excluded.content_hash,
         fetched_at = excluded.fetched_at, updated_at = now()`;

export async function createPlainTable(client: Client): Promise<void> {
  await client.query(CREATE);
}

/** Stores customers in one statement, which is one transaction. */
export async function upsertPlain(
  client: Pick<Client, 'query'>,
  { orgId, storeId }: { orgId: string; storeId: string },
  customers: readonly PlainCustomer[],
): Promise<void> {
  await client.query({
    name: 'upsert-plain',
    text: UPSERT,
    values: [orgId, storeId, JSON.stringify(customers.map(toRecord))],
  });
}

function toRecord({ customer, contentHash }: PlainCustomer) {
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
  };
}
