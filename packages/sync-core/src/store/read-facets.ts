import type { Sql } from '@mantis-sync/db';

/** Values that customers have, each in the order of the alphabet, as the stores write them. */
export interface CustomerFacets {
  roles: string[];
  countries: string[];
}

/** How many customers are looked at, however many there are. */
const LOOKED_AT = 3_000;

/** Of the customers that changed last: what only others have can be asked for, but is not found here. */
export async function readFacets(sql: Sql, storeId: string | undefined): Promise<CustomerFacets> {
  const { rows } = await sql.query<CustomerFacets>(
    `with newest as materialized (
       select role, country from customer
        where $1::uuid is null or store_id = $1 order by updated_at desc limit $2)
     select array(select distinct role collate "C" from newest where role <> '' order by 1) as roles,
            array(select distinct country collate "C" from newest where country <> '' order by 1) as countries`,
    [storeId ?? null, LOOKED_AT],
  );
  const [row] = rows;
  if (!row) throw new Error('The facets gave no answer');
  return row;
}
