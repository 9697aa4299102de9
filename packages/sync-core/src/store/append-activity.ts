import type { Sql } from '@mantis-sync/db';
import { type Actor, SYSTEM_ACTOR } from '../domain/actor.ts';

export interface ActivityEntry {
  level?: 'info' | 'warning' | 'error';
  event: string;
  /** Plain words for an operator; ids and numbers only, never personal data. */
  message: string;
  actor?: Actor;
  data?: Record<string, unknown>;
}

/**
 * Appends to a run's audit trail, in this transaction. The numbers come from the run's row, whose lock
 * orders them: no gaps, and in the order of commit.
 *
 * @param batches batches to count with it, 0 or 1
 */
export async function appendActivity(
  sql: Sql,
  queueId: string,
  entries: readonly ActivityEntry[],
  batches: 0 | 1 = 0,
): Promise<void> {
  if (entries.length === 0) return;
  await sql.query({
    name: 'append-activity',
    text: `with numbered as (
             update woo_customer_sync_queue
                set activity_seq = activity_seq + $2, batch_count = batch_count + $4
              where id = $1
              returning org_id, store_id, activity_seq - $2 as before)
           insert into woo_sync_activity
             (org_id, store_id, queue_id, seq, level, event, message, actor_type, actor_id, actor_name, data)
           select numbered.org_id, numbered.store_id, $1, numbered.before + entry.nr,
                  entry.item->>'level', entry.item->>'event', entry.item->>'message',
                  entry.item->>'actorType', entry.item->>'actorId', entry.item->>'actorName',
                  entry.item->'data'
             from numbered, jsonb_array_elements($3::jsonb) with ordinality as entry(item, nr)`,
    values: [queueId, entries.length, JSON.stringify(entries.map(toItem)), batches],
  });
}

/** Appends an entry that concerns a store and no run. */
export async function appendStoreActivity(
  sql: Sql,
  orgId: string,
  storeId: string,
  entry: ActivityEntry,
): Promise<void> {
  const item = toItem(entry);
  await sql.query(
    `insert into woo_sync_activity
       (org_id, store_id, level, event, message, actor_type, actor_id, actor_name, data)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      orgId,
      storeId,
      item.level,
      item.event,
      item.message,
      item.actorType,
      item.actorId,
      item.actorName,
      JSON.stringify(item.data),
    ],
  );
}

function toItem({
  level = 'info',
  event,
  message,
  actor = SYSTEM_ACTOR,
  data = {},
}: ActivityEntry) {
  return {
    level,
    event,
    message: message.slice(0, 2000),
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    data,
  };
}
