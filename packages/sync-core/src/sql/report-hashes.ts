import type { Sql } from '@mantis-sync/db';

/** The hash of a row of the store's customer report. */
export interface ReportHash {
  wooId: number;
  /** sha256 */
  hash: Buffer;
}

/** Customers of the report whose row differs from the one that was last processed. */
export async function findReportNews(
  sql: Sql,
  storeId: string,
  customers: readonly ReportHash[],
): Promise<ReportHash[]> {
  if (customers.length === 0) return [];
  const { rows } = await sql.query<{ woo_id: number; report_hash: Buffer }>(
    `select woo_id, report_hash from customer
      where store_id = $1 and woo_id = any($2::bigint[]) and report_hash is not null`,
    [storeId, customers.map(({ wooId }) => wooId)],
  );
  const known = new Map(rows.map((row) => [row.woo_id, row.report_hash]));
  return customers.filter(({ wooId, hash }) => known.get(wooId)?.equals(hash) !== true);
}

/** Records the report's rows as processed. */
export async function saveReportHashes(
  sql: Sql,
  storeId: string,
  customers: readonly ReportHash[],
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
