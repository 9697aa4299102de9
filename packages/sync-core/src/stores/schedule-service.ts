import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { StartableKind } from '../domain/run-kind.ts';
import {
  fiveFields,
  nextTime,
  nextTimes,
  type TimeTable,
  TimeTableError,
} from '../domain/schedule.ts';
import { SyncError } from '../domain/sync-error.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import { listSchedules, readNow, type Schedule, writeSchedule } from '../sql/schedules.ts';
import { requireStore } from '../sql/stores.ts';

interface ScheduleName {
  storeId: string;
  kind: StartableKind;
}

/** Schedules of a store. Every method throws SyncError `store_not_found`. */
export interface ScheduleService {
  list(caller: Caller, input: { storeId: string }): Promise<Schedule[]>;
  /** Creates or changes a schedule and activates it. @throws SyncError `invalid_schedule` */
  set(caller: Caller, input: ScheduleName & TimeTable): Promise<Schedule>;
  /** @throws SyncError `schedule_not_found` */
  pause(caller: Caller, input: ScheduleName): Promise<Schedule>;
  /** Missed runs are not made up. @throws SyncError `schedule_not_found` */
  resume(caller: Caller, input: ScheduleName): Promise<Schedule>;
  /** The next five times of a timetable, or what is wrong with it: it may be half typed. */
  preview(caller: Caller, input: TimeTable): Promise<SchedulePreview>;
}

export interface SchedulePreview {
  next: Date[];
  /** Null for a valid timetable. */
  problem: string | null;
}

const PREVIEWED = 5;

export function createScheduleService({ database }: { database: Database }): ScheduleService {
  async function change(
    caller: Caller,
    name: ScheduleName,
    next: (sql: Sql, known: Schedule | undefined) => Promise<Omit<Schedule, 'id'>>,
  ): Promise<Schedule> {
    return database.withOrg(caller.orgId, async (sql) => {
      await requireStore(sql, name.storeId);
      const known = (await listSchedules(sql, name.storeId)).find(({ kind }) => kind === name.kind);
      const schedule = await writeSchedule(sql, caller.orgId, await next(sql, known));
      await appendStoreActivity(sql, caller.orgId, name.storeId, {
        event: `schedule.${schedule.state === 'paused' ? 'paused' : 'set'}`,
        message:
          schedule.state === 'paused'
            ? `The ${schedule.kind} schedule is paused.`
            : `The ${schedule.kind} schedule is “${schedule.cron}” in ${schedule.timeZone}.`,
        actor: caller.actor,
        data: { kind: schedule.kind, cron: schedule.cron, timeZone: schedule.timeZone },
      });
      return schedule;
    });
  }

  return {
    list: (caller, { storeId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        return listSchedules(sql, storeId);
      }),
    set: (caller, { storeId, kind, cron, timeZone }) =>
      change(caller, { storeId, kind }, async (sql, known) => {
        const now = await readNow(sql);
        const nextRunAt = checked(() => nextTime({ cron, timeZone }, now));
        return {
          ...(known ?? noSchedule),
          storeId,
          kind,
          cron: fiveFields(cron),
          timeZone,
          state: 'active',
          nextRunAt,
        };
      }),
    pause: (caller, name) =>
      change(caller, name, async (_sql, known) => ({
        ...requireSchedule(known),
        state: 'paused',
        nextRunAt: null,
      })),
    resume: (caller, name) =>
      change(caller, name, async (sql, known) => ({
        ...requireSchedule(known),
        state: 'active',
        nextRunAt: nextTime(requireSchedule(known), await readNow(sql)),
      })),
    preview: (caller, table) =>
      database.withOrg(caller.orgId, async (sql) => {
        const now = await readNow(sql);
        try {
          return { next: nextTimes(table, now, PREVIEWED), problem: null };
        } catch (error) {
          if (error instanceof TimeTableError) return { next: [], problem: error.message };
          throw error;
        }
      }),
  };
}

const noSchedule = { lastDueAt: null, lastOutcome: null, lastRunId: null };

function requireSchedule(known: Schedule | undefined): Schedule {
  if (!known) throw new SyncError('schedule_not_found', 'The store has no schedule of this kind.');
  return known;
}

/** Turns an invalid timetable into an error of the caller. */
function checked<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof TimeTableError) throw new SyncError('invalid_schedule', error.message);
    throw error;
  }
}
