import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { SimCustomer } from '@mantis-sync/woo-sim';

/** The expected row of `customer` for a customer of the store. */
export function expectedCustomer(customer: SimCustomer) {
  const { billing, shipping } = customer;
  return {
    woo_id: customer.id,
    // Customers may have no email; the store then sends an empty text.
    email: customer.email === '' ? null : customer.email,
    username: customer.username,
    first_name: customer.first_name,
    last_name: customer.last_name,
    role: customer.roles[0],
    company: billing.company,
    phone: billing.phone,
    city: billing.city,
    country: billing.country,
    is_paying_customer: customer.is_paying_customer,
    avatar_hash: avatarHash(customer.email),
    billing: { ...billing },
    shipping: { ...shipping },
    meta_data: customer.meta_data.map((entry) => ({ ...entry })),
    extra: {},
    woo_created_at: fromGmt(customer.date_created_gmt),
    woo_modified_at: fromGmt(customer.date_modified_gmt),
    deleted_at: null,
  };
}

/**
 * The stored customers, by ascending id, in the same shape.
 *
 * @param storeId all stores of the database by default
 */
export async function storedCustomers(sql: Sql, storeId: string | null = null) {
  const { rows } = await sql.query(
    `select woo_id, email, username, first_name, last_name, role, company, phone, city, country,
            is_paying_customer, substring(avatar_url from '[0-9a-f]{64}') as avatar_hash,
            billing, shipping, meta_data, extra, woo_created_at, woo_modified_at, deleted_at
       from customer where $1::uuid is null or store_id = $1 order by woo_id`,
    [storeId],
  );
  return rows;
}

/** The physical version of each row of a store, by WooCommerce id: it changes when a row is rewritten. */
export async function rowVersions(sql: Sql, storeId: string): Promise<Map<number, string>> {
  const { rows } = await sql.query<{ woo_id: number; version: string }>(
    `select woo_id, xmin::text || ' ' || ctid::text as version
       from customer where store_id = $1 order by woo_id`,
    [storeId],
  );
  return new Map(rows.map(({ woo_id, version }) => [woo_id, version]));
}

/** Gravatar's hash of an address; empty without an address. */
function avatarHash(email: string): string | null {
  return email === '' ? null : createHash('sha256').update(email.toLowerCase()).digest('hex');
}

function fromGmt(text: string | null): Date | null {
  return text === null ? null : new Date(`${text}Z`);
}
