import type { Sql } from '@mantis-sync/db';

/**
 * Spends requests from a run's budget, before they are made.
 *
 * @returns false where the budget does not hold that many; then nothing is spent
 */
export async function spendRequests(sql: Sql, queueId: string, requests: number): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'spend-requests',
    text: `update woo_customer_sync_queue
              set requests_used = requests_used + $2
            where id = $1 and requests_used + $2 <= requests_budget`,
    values: [queueId, requests],
  });
  return rowCount === 1;
}
