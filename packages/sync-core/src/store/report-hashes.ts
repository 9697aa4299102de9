import type { Sql } from '@mantis-sync/db';
import type { ActiveCustomer } from '../woo/active-customers.ts';

/** Those of the report's customers about whom it says something that has not been acted on. */
export async function findReportNews(
  sql: Sql,
  storeId: string,
  customers: readonly ActiveCustomer[],
): Promise<ActiveCustomer[]> {
  if (customers.length === 0) return [];
  const { rows } = await sql.query<{ woo_id: number; report_hash: Buffer }>(
    `select woo_id, report_hash from customer
      where store_id = $1 and woo_id = any($2::bigint[]) and report_hash is not null`,
    [storeId, customers.map(({ wooId }) => wooId)],
  );
  const known = new Map(rows.map((row) => [row.woo_id, row.report_hash]));
  return customers.filter(({ wooId, hash }) => known.get(wooId)?.equals(hash) !== true);
}

/** Remembers what the report said, so that it is acted on once. */
export async function keepReportHashes(
  sql: Sql,
  storeId: string,
  customers: readonly ActiveCustomer[],
): Promise<void> {
  if (customers.length === 0) return;
  await sql.query(
    `update customer set report_hash = decode(news.hash, 'hex')
       from unnest($2::bigint[], $3::text[]) as news(woo_id, hash)
      where customer.store_id = $1 and customer.woo_id = news.woo_id`,
    [
      storeId,
      customers.map(({ wooId }) => wooId),
      customers.map(({ hash }) => hash.toString('hex')),
    ],
  );
}
