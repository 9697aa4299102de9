import type { Sql } from '@mantis-sync/db';
import type { ClaimedLine } from './claim-lines.ts';

export type HeldLine = Pick<ClaimedLine, 'position' | 'wooCustomerId' | 'attempts'>;

/** Lines of a run that are held under a token, in order. The caller holds the run's lock. */
export async function findHeldLines(sql: Sql, queueId: string, token: string): Promise<HeldLine[]> {
  const { rows } = await sql.query<HeldLine>(
    `select position, woo_customer_id as "wooCustomerId", attempts
       from woo_customer_sync_queue_line
      where queue_id = $1 and state = 'processing' and lease_token = $2
      order by position`,
    [queueId, token],
  );
  return rows;
}
