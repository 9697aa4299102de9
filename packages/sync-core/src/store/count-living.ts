import type { Sql } from '@mantis-sync/db';

/** Customers of a store that are not deleted. */
export async function countLiving(sql: Sql, storeId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count from customer where store_id = $1 and deleted_at is null`,
    [storeId],
  );
  return rows[0]?.count ?? 0;
}
