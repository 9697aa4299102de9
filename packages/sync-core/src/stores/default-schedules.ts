import type { Sql } from '@mantis-sync/db';
import {
  defaultSchedules,
  nextTime,
  type SchedulePreset,
  TimeTableError,
} from '../domain/schedule.ts';
import { SyncError } from '../domain/sync-error.ts';
import { readNow, writeSchedule } from '../sql/schedules.ts';

/** Creates the initial schedules of a store. @throws SyncError `invalid_schedule` for the time zone */
export async function addDefaultSchedules(
  sql: Sql,
  orgId: string,
  storeId: string,
  timeZone: string,
  preset?: SchedulePreset,
): Promise<void> {
  const now = await readNow(sql);
  for (const { kind, cron } of defaultSchedules(storeId, preset)) {
    const nextRunAt = timeOf({ cron, timeZone }, now);
    await writeSchedule(sql, orgId, { storeId, kind, cron, timeZone, state: 'active', nextRunAt });
  }
}

/** @throws SyncError `invalid_schedule` if there is no such time zone */
export function checkTimeZone(timeZone: string): void {
  timeOf({ cron: '0 0 * * *', timeZone }, new Date(0));
}

function timeOf(table: { cron: string; timeZone: string }, now: Date): Date {
  try {
    return nextTime(table, now);
  } catch (error) {
    if (error instanceof TimeTableError) throw new SyncError('invalid_schedule', error.message);
    throw error;
  }
}
