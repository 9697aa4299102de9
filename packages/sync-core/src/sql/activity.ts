import type { Sql } from '@mantis-sync/db';
import type { WarningCounts } from '../domain/warning-counts.ts';
import { type Actor, SYSTEM_ACTOR } from '../domain/actor.ts';
import type { ActivityView } from '../domain/activity.ts';

export interface ActivityEntry {
  level?: 'info' | 'warning' | 'error';
  event: string;
  /** Plain text for operators; ids and numbers only, no personal data. */
  message: string;
  actor?: Actor;
  data?: Record<string, unknown>;
}

/** Takes sequence numbers from the run's row; its lock makes them gapless and ordered by commit. */
const APPEND = `
  with numbered as (
    update woo_customer_sync_queue
       set activity_seq = activity_seq + $2, batch_count = batch_count + $4
     where id = $1
     returning id, org_id, store_id, activity_seq - $2 as before),
  appended as (
    insert into woo_sync_activity
      (org_id, store_id, queue_id, seq, level, event, message, actor_type, actor_id, actor_name, data)
    select numbered.org_id, numbered.store_id, $1, numbered.before + entry.nr,
           entry.item->>'level', entry.item->>'event', entry.item->>'message',
           entry.item->>'actorType', entry.item->>'actorId', entry.item->>'actorName',
           entry.item->'data'
      from numbered, jsonb_array_elements($3::jsonb) with ordinality as entry(item, nr))`;

const valuesOf = (runId: string, entries: readonly ActivityEntry[], batches: number) => [
  runId,
  entries.length,
  JSON.stringify(entries.map(toItem)),
  batches,
];

/**
 * Appends to a run's audit trail, in this transaction.
 *
 * @param batches batches to add to the run's count
 */
export async function appendActivity(
  sql: Sql,
  runId: string,
  entries: readonly ActivityEntry[],
  batches = 0,
): Promise<void> {
  if (entries.length === 0) return;
  await sql.query({
    name: 'append-activity',
    text: `${APPEND} select from numbered`,
    values: valuesOf(runId, entries, batches),
  });
}

/** `appendActivity` and `notifyRunChanged` in one round trip: the last statement of a transaction. */
export async function appendAndNotify(
  sql: Sql,
  runId: string,
  entries: readonly ActivityEntry[],
  batches: number,
): Promise<void> {
  await sql.query({
    name: 'append-and-notify',
    text: `${APPEND} select mantis.notify_run_changed(id) from numbered`,
    values: valuesOf(runId, entries, batches),
  });
}

/** Appends an entry about a store, without a run. */
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

/** Appends an entry about an organisation; these have no level. */
export async function appendOrganisationActivity(
  sql: Sql,
  orgId: string,
  { event, message, actor = SYSTEM_ACTOR, data = {} }: Omit<ActivityEntry, 'level'>,
): Promise<void> {
  await sql.query(
    `insert into organization_activity (org_id, event, message, actor_type, actor_id, actor_name, data)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [orgId, event, message.slice(0, 2000), actor.type, actor.id, actor.name, JSON.stringify(data)],
  );
}

/** Entries after a given one, oldest first, or before a given one, newest first. */
export interface ActivityRange {
  runId: string;
  after?: number | undefined;
  before?: number | undefined;
  /** All levels unless given. */
  levels?: readonly ActivityView['level'][] | undefined;
  /** Part of the message or event name, case-insensitive. */
  text?: string | undefined;
  limit: number;
}

interface ActivityRow {
  id: number;
  queue_id: string | null;
  store_id: string;
  seq: number | null;
  at: Date;
  level: ActivityView['level'];
  event: string;
  message: string;
  actor_type: Actor['type'];
  actor_id: string | null;
  actor_name: string | null;
  data: Record<string, unknown>;
}

export async function listActivity(sql: Sql, range: ActivityRange): Promise<ActivityView[]> {
  const forwards = range.after !== undefined;
  const { rows } = await sql.query<ActivityRow>(
    `select id, queue_id, store_id, seq, at, level, event, message, actor_type, actor_id, actor_name, data
       from woo_sync_activity
      where queue_id = $1 and seq > $2 and seq < $3
        and ($5::text[] is null or level = any($5))
        and ($6::text is null or strpos(lower(message), lower($6)) > 0 or strpos(event, lower($6)) > 0)
      order by seq ${forwards ? 'asc' : 'desc'}
      limit $4`,
    [
      range.runId,
      range.after ?? 0,
      range.before ?? 2_147_483_647,
      range.limit,
      range.levels ?? null,
      range.text ?? null,
    ],
  );
  return rows.map(toActivityView);
}

/**
 * What people and API keys did to a store and its runs, and when Mantis Sync paused it: newest first, from
 * before an entry.
 */
export async function listStoreActivity(
  sql: Sql,
  storeId: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<ActivityView[]> {
  const { rows } = await sql.query<ActivityRow>(
    `select id, queue_id, store_id, seq, at, level, event, message, actor_type, actor_id, actor_name, data
       from woo_sync_activity
      where store_id = $1 and ($2::bigint is null or id < $2)
        and (actor_type in ('user', 'api_key') or event = 'store.paused')
      order by id desc
      limit $3`,
    [storeId, before, limit],
  );
  return rows.map(toActivityView);
}

/** The event of corrected customers; its data counts them by field. */
export const CORRECTED = 'customers.corrected';

/** Number of corrected customers of a run, by `code:field`. */
export async function sumCorrections(sql: Sql, runId: string): Promise<WarningCounts> {
  const { rows } = await sql.query<{ warning: string; count: number }>(
    `select warning.key as warning, sum(warning.value::int)::int as count
       from woo_sync_activity activity, jsonb_each_text(activity.data->'warnings') as warning
      where activity.queue_id = $1 and activity.event = $2
      group by warning.key`,
    [runId, CORRECTED],
  );
  return Object.fromEntries(rows.map(({ warning, count }) => [warning, count]));
}

/** Activity entries about the attempts of one line, newest first. */
export async function listAttempts(
  sql: Sql,
  runId: string,
  position: number,
): Promise<ActivityView[]> {
  const { rows } = await sql.query<ActivityRow>(
    `select id, queue_id, store_id, seq, at, level, event, message, actor_type, actor_id, actor_name, data
       from woo_sync_activity
      where queue_id = $1 and data->'position' = to_jsonb($2::int)
        and event in ('line.failed', 'line.retrying')
      order by seq desc
      limit 50`,
    [runId, position],
  );
  return rows.map(toActivityView);
}

function toActivityView(row: ActivityRow): ActivityView {
  return {
    id: row.id,
    runId: row.queue_id,
    storeId: row.store_id,
    seq: row.seq,
    at: row.at,
    level: row.level,
    event: row.event,
    message: row.message,
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    data: row.data,
  };
}
