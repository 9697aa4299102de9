import type { Sql } from '@mantis-sync/db';
import { QUEUE_COLUMNS, type QueueRow, type RawQueueRow, toQueueRow } from './queue-row.ts';

/**
 * Locks a run's row and reads it. Every transaction that changes lines locks their run first; the one
 * order everywhere, customers by id, then run, then lines, is what keeps workers from deadlocking.
 *
 * @returns null where the organisation has no such run
 */
export async function lockQueue(sql: Sql, queueId: string): Promise<QueueRow | null> {
  const { rows } = await sql.query<RawQueueRow>({
    name: 'lock-queue',
    text: `select ${QUEUE_COLUMNS} from woo_customer_sync_queue queue
            where queue.id = $1 for no key update`,
    values: [queueId],
  });
  return rows[0] ? toQueueRow(rows[0]) : null;
}
