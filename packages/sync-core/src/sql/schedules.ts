import type { Sql } from '@mantis-sync/db';
import type { StartableKind } from '../domain/run-kind.ts';

export type ScheduleOutcome = 'started' | 'skipped_running' | 'skipped_paused' | 'failed';

/** A schedule of a store: one of each kind of run. */
export interface Schedule {
  id: string;
  storeId: string;
  kind: StartableKind;
  cron: string;
  timeZone: string;
  state: 'active' | 'paused';
  /** Null while paused. */
  nextRunAt: Date | null;
  lastDueAt: Date | null;
  lastOutcome: ScheduleOutcome | null;
  lastRunId: string | null;
}

interface RawSchedule {
  id: string;
  store_id: string;
  kind: StartableKind;
  cron: string;
  time_zone: string;
  state: 'active' | 'paused';
  next_run_at: Date | null;
  last_due_at: Date | null;
  last_outcome: ScheduleOutcome | null;
  last_queue_id: string | null;
}

const COLUMNS = `id, store_id, kind, cron, time_zone, state, next_run_at, last_due_at, last_outcome, last_queue_id`;

/** Schedules of a store. */
export async function listSchedules(sql: Sql, storeId: string): Promise<Schedule[]> {
  const { rows } = await sql.query<RawSchedule>(
    `select ${COLUMNS} from sync_schedule where store_id = $1 order by kind`,
    [storeId],
  );
  return rows.map(toSchedule);
}

/** Due schedules of all organisations, longest overdue first. */
export async function findDueSchedules(
  sql: Sql,
  limit: number,
): Promise<{ orgId: string; scheduleId: string }[]> {
  const { rows } = await sql.query<{ org_id: string; id: string }>(
    `select org_id, id from sync_schedule
      where state = 'active' and next_run_at <= mantis.now()
      order by next_run_at limit $1`,
    [limit],
  );
  return rows.map((row) => ({ orgId: row.org_id, scheduleId: row.id }));
}

/** Claims a due schedule for this transaction; null if it is not due or already claimed. */
export async function takeDueSchedule(
  sql: Sql,
  scheduleId: string,
): Promise<{ schedule: Schedule; now: Date } | null> {
  const { rows } = await sql.query<RawSchedule & { now: Date }>(
    `select ${COLUMNS}, mantis.now() as now from sync_schedule
      where id = $1 and state = 'active' and next_run_at <= mantis.now()
        for update skip locked`,
    [scheduleId],
  );
  return rows[0] ? { schedule: toSchedule(rows[0]), now: rows[0].now } : null;
}

/** Records the result of a due schedule and its next time. */
export async function recordScheduleOutcome(
  sql: Sql,
  scheduleId: string,
  result: { outcome: ScheduleOutcome; runId: string | null; nextRunAt: Date },
): Promise<void> {
  await sql.query(
    `update sync_schedule
        set last_due_at = next_run_at, last_outcome = $2, last_queue_id = coalesce($3, last_queue_id),
            next_run_at = $4, updated_at = mantis.now()
      where id = $1`,
    [scheduleId, result.outcome, result.runId, result.nextRunAt],
  );
}

/** Creates or updates a store's schedule of a kind. */
export async function writeSchedule(
  sql: Sql,
  orgId: string,
  schedule: Pick<Schedule, 'storeId' | 'kind' | 'cron' | 'timeZone' | 'state' | 'nextRunAt'>,
): Promise<Schedule> {
  const { rows } = await sql.query<RawSchedule>(
    `insert into sync_schedule (org_id, store_id, kind, cron, time_zone, state, next_run_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (org_id, store_id, kind) do update
        set cron = excluded.cron, time_zone = excluded.time_zone, state = excluded.state,
            next_run_at = excluded.next_run_at, updated_at = mantis.now()
     returning ${COLUMNS}`,
    [
      orgId,
      schedule.storeId,
      schedule.kind,
      schedule.cron,
      schedule.timeZone,
      schedule.state,
      schedule.nextRunAt,
    ],
  );
  return toSchedule(rows[0] as RawSchedule);
}

/** The current time by the schedule's clock. */
export async function readNow(sql: Sql): Promise<Date> {
  const { rows } = await sql.query<{ now: Date }>('select mantis.now() as now');
  return (rows[0] as { now: Date }).now;
}

function toSchedule(raw: RawSchedule): Schedule {
  return {
    id: raw.id,
    storeId: raw.store_id,
    kind: raw.kind,
    cron: raw.cron,
    timeZone: raw.time_zone,
    state: raw.state,
    nextRunAt: raw.next_run_at,
    lastDueAt: raw.last_due_at,
    lastOutcome: raw.last_outcome,
    lastRunId: raw.last_queue_id,
  };
}
