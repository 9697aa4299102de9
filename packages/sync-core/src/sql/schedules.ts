import type { Sql } from '@mantis-sync/db';
import type { StartableKind } from '../domain/run-kind.ts';
import { column, type Row, selectList, toRow } from './columns.ts';

export type ScheduleOutcome = 'started' | 'skipped_running' | 'skipped_paused' | 'failed';

const SCHEDULE = {
  id: column<string>(),
  storeId: column<string>(),
  kind: column<StartableKind>(),
  cron: column<string>(),
  timeZone: column<string>(),
  state: column<'active' | 'paused'>(),
  /** Null while paused. */
  nextRunAt: column<Date | null>(),
  lastDueAt: column<Date | null>(),
  lastOutcome: column<ScheduleOutcome | null>(),
  lastRunId: column<string | null>('last_queue_id'),
};

/** A schedule of a store: one of each kind of run. */
export type Schedule = Row<typeof SCHEDULE>;

const COLUMNS = selectList(SCHEDULE, 'sync_schedule');

/** Schedules of a store. */
export async function listSchedules(sql: Sql, storeId: string): Promise<Schedule[]> {
  const { rows } = await sql.query(
    `select ${COLUMNS} from sync_schedule where store_id = $1 order by kind`,
    [storeId],
  );
  return rows.map((row) => toRow(SCHEDULE, row));
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
  const { rows } = await sql.query<Record<string, unknown> & { now: Date }>(
    `select ${COLUMNS}, mantis.now() as now from sync_schedule
      where id = $1 and state = 'active' and next_run_at <= mantis.now()
        for update skip locked`,
    [scheduleId],
  );
  return rows[0] ? { schedule: toRow(SCHEDULE, rows[0]), now: rows[0].now } : null;
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
  const { rows } = await sql.query(
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
  return toRow(SCHEDULE, rows[0] as Record<string, unknown>);
}

/** The current time by the schedule's clock. */
export async function readNow(sql: Sql): Promise<Date> {
  const { rows } = await sql.query<{ now: Date }>('select mantis.now() as now');
  return (rows[0] as { now: Date }).now;
}
