import type { Sql } from '@mantis-sync/db';
import type { CustomerFilter, CustomerRow } from '../customer-search.ts';

/** Customers by the ids of their rows, in the order of these. */
export async function readCustomers(sql: Sql, ids: readonly number[]): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<CustomerRow>(
    `select store_id as "storeId", woo_id as "wooId", email, username, first_name as "firstName",
            last_name as "lastName", role, company, phone, city, country,
            is_paying_customer as "isPayingCustomer", woo_created_at as "wooCreatedAt",
            updated_at as "updatedAt", deleted_at as "deletedAt"
       from unnest($1::bigint[]) with ordinality wanted (id, n)
       join customer on customer.id = wanted.id
      order by n`,
    [ids],
  );
  return rows;
}

/** Rows of the customers that stores know by this number: at most one a store. */
export async function findByWooId(
  sql: Sql,
  wooId: number,
  filter: CustomerFilter,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select id from customer
      where store_id = any (array(select id from woo_store)) and woo_id = $1
        and ($2::uuid is null or store_id = $2) and ($3::text is null or role = $3)
        and ($4::text is null or country = $4) and ($5::boolean is null or is_paying_customer = $5)
        and ($6 = 'all' or (deleted_at is null) = ($6 = 'living'))
      order by id`,
    [
      wooId,
      filter.storeId ?? null,
      filter.role ?? null,
      filter.country ?? null,
      filter.paying ?? null,
      filter.status,
    ],
  );
  return rows.map(({ id }) => id);
}
