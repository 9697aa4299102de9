import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import type { ActivityView } from '../domain/run-status.ts';

/** Either what came after an entry, oldest first, or what came before one, newest first. */
export interface ActivityRange {
  queueId: string;
  after?: number | undefined;
  before?: number | undefined;
  /** All levels unless given. */
  levels?: readonly ActivityView['level'][] | undefined;
  /** Part of the message or of the event's name, in either case. */
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
      range.queueId,
      range.after ?? 0,
      range.before ?? 2_147_483_647,
      range.limit,
      range.levels ?? null,
      range.text ?? null,
    ],
  );
  return rows.map(toActivityView);
}

/** What the log of a run says of the tries of one line, newest first. */
export async function listAttempts(
  sql: Sql,
  queueId: string,
  position: number,
): Promise<ActivityView[]> {
  const { rows } = await sql.query<ActivityRow>(
    `select id, queue_id, store_id, seq, at, level, event, message, actor_type, actor_id, actor_name, data
       from woo_sync_activity
      where queue_id = $1 and data->'position' = to_jsonb($2::int)
        and event in ('line.failed', 'line.retrying', 'line.warning')
      order by seq desc
      limit 50`,
    [queueId, position],
  );
  return rows.map(toActivityView);
}

function toActivityView(row: ActivityRow): ActivityView {
  return {
    id: row.id,
    queueId: row.queue_id,
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
