import type { Sql } from '@mantis-sync/db';
import { STARTABLE_KINDS } from '../domain/run-kind.ts';
import { QUEUE_COLUMNS, type QueueRow, type RawQueueRow, toQueueRow } from './queue-row.ts';

/** A run and the name of its store. */
export interface NamedQueueRow extends QueueRow {
  storeName: string;
  storeState: 'active' | 'paused';
  pauseReason: string | null;
  /** When the earliest of its waiting lines is due; null where none waits. */
  nextAttemptAt: Date | null;
  /** The database's schedule clock, to compare the times with. */
  now: Date;
  /** `createdAt` to the microsecond, for cursors. */
  createdAtExact: string;
}

interface RawNamedQueueRow extends RawQueueRow {
  store_name: string;
  store_state: 'active' | 'paused';
  pause_reason: string | null;
  next_attempt_at: Date | null;
  now: Date;
  created_at_exact: string;
}

export interface QueueFilter {
  storeId?: string | undefined;
  state?: string | undefined;
  /** All kinds unless given. */
  kinds?: readonly string[] | undefined;
  /** Runs older than this one, by creation. */
  before?: { createdAt: string; id: string } | undefined;
  limit: number;
}

const SELECT = `
  select ${QUEUE_COLUMNS}, store.name as store_name, store.state as store_state, store.pause_reason,
         (select min(line.next_attempt_at) from woo_customer_sync_queue_line line
           where line.queue_id = queue.id and line.state = 'draft'
             and queue.draft_count > 0 and queue.processing_count = 0
             and queue.discovery_state not in ('pending', 'walking')) as next_attempt_at,
         mantis.now() as now,
         to_char(queue.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at_exact
    from woo_customer_sync_queue queue
    join woo_store store on store.org_id = queue.org_id and store.id = queue.store_id`;

/** @returns null where the organisation has no such run */
export async function findQueue(sql: Sql, queueId: string): Promise<NamedQueueRow | null> {
  const { rows } = await sql.query<RawNamedQueueRow>(`${SELECT} where queue.id = $1`, [queueId]);
  return rows[0] ? toNamed(rows[0]) : null;
}

export async function findQueueByIdempotencyKey(
  sql: Sql,
  key: string,
): Promise<NamedQueueRow | null> {
  const { rows } = await sql.query<RawNamedQueueRow>(`${SELECT} where queue.idempotency_key = $1`, [
    key,
  ]);
  return rows[0] ? toNamed(rows[0]) : null;
}

/** The active run of a store that walks, or the one that applies webhooks. */
export async function findActiveQueue(
  sql: Sql,
  storeId: string,
  sort: 'walk' | 'webhook' = 'walk',
): Promise<NamedQueueRow | null> {
  const { rows } = await sql.query<RawNamedQueueRow>(
    `${SELECT} where queue.store_id = $1 and queue.state in ('draft', 'processing')
                 and (queue.kind = 'webhook') = $2`,
    [storeId, sort === 'webhook'],
  );
  return rows[0] ? toNamed(rows[0]) : null;
}

/** Runs, newest first. */
export async function listQueues(sql: Sql, filter: QueueFilter): Promise<NamedQueueRow[]> {
  const { rows } = await sql.query<RawNamedQueueRow>(
    `${SELECT}
      where ($1::uuid is null or queue.store_id = $1)
        and ($2::text is null or queue.state = $2)
        and ($6::text[] is null or queue.kind = any($6))
        and ($3::timestamptz is null or (queue.created_at, queue.id) < ($3, $4::uuid))
      order by queue.created_at desc, queue.id desc
      limit $5`,
    [
      filter.storeId ?? null,
      filter.state ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit,
      filter.kinds ?? null,
    ],
  );
  return rows.map(toNamed);
}

/** The last run of each store that no webhook made; of all stores, or of one. */
export async function listLastQueues(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, NamedQueueRow>> {
  const { rows } = await sql.query<RawNamedQueueRow>(
    `${SELECT}
      where ($1::uuid is null or store.id = $1)
        and queue.id = (select last.id from woo_customer_sync_queue last
                         where last.org_id = store.org_id and last.store_id = store.id
                           and last.kind = any($2)
                         order by last.created_at desc, last.id desc limit 1)`,
    [storeId, STARTABLE_KINDS],
  );
  return new Map(rows.map((row) => [row.store_id, toNamed(row)]));
}

function toNamed(raw: RawNamedQueueRow): NamedQueueRow {
  return {
    ...toQueueRow(raw),
    storeName: raw.store_name,
    storeState: raw.store_state,
    pauseReason: raw.pause_reason,
    nextAttemptAt: raw.next_attempt_at,
    now: raw.now,
    createdAtExact: raw.created_at_exact,
  };
}
