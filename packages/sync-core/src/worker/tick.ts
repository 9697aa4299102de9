import type { Database, Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import type { RunSettings } from '../domain/run-settings.ts';
import { nextTime } from '../domain/schedule.ts';
import type { SyncLog } from '../platform/sync-log.ts';
import { startRun } from '../runs/start-run.ts';
import { findActiveRun } from '../sql/run-row.ts';
import {
  findDueSchedules,
  type Schedule,
  type ScheduleOutcome,
  recordScheduleOutcome,
  takeDueSchedule,
} from '../sql/schedules.ts';
import { findStore } from '../sql/stores.ts';

/** Schedules per tick; the next tick takes the rest. */
const MAX_AT_ONCE = 200;

/** How long a nightly run waits for an active run of its store before it tries again. */
const ASK_AGAIN_MS = 60_000;

export interface TickDeps {
  database: Database;
  /** Settings of runs, unless the store overrides them. */
  defaults: RunSettings;
  log: SyncLog;
}

/**
 * Starts due runs. Missed times, by minutes or by weeks, run once: the next time is computed from now. Workers
 * may tick concurrently: each schedule is processed once.
 *
 * @returns runs started
 */
export async function tickSchedules(deps: TickDeps): Promise<number> {
  const due = await deps.database.withSystem((sql) => findDueSchedules(sql, MAX_AT_ONCE));
  let started = 0;
  for (const { orgId, scheduleId } of due) {
    if ((await tickOne(deps, orgId, scheduleId)) === 'started') started += 1;
  }
  return started;
}

async function tickOne(
  deps: TickDeps,
  orgId: string,
  scheduleId: string,
): Promise<ScheduleOutcome | null> {
  try {
    return await deps.database.withOrg(orgId, (sql) => runDue(sql, deps, orgId, scheduleId));
  } catch (error) {
    // One that cannot run must not delay the others, nor be tried every few seconds.
    deps.log.warn({ scheduleId, err: error }, 'a schedule failed');
    return deps.database.withOrg(orgId, (sql) => recordScheduleFailure(sql, scheduleId));
  }
}

async function runDue(
  sql: Sql,
  deps: TickDeps,
  orgId: string,
  scheduleId: string,
): Promise<ScheduleOutcome | null> {
  const taken = await takeDueSchedule(sql, scheduleId);
  if (!taken) return null;
  const { schedule, now } = taken;
  const next = nextTime(schedule, now);
  const record = (outcome: ScheduleOutcome, runId: string | null = null, nextRunAt = next) =>
    recordScheduleOutcome(sql, scheduleId, { outcome, runId, nextRunAt });

  const store = await findStore(sql, schedule.storeId);
  if (!store || store.pause) {
    await record('skipped_paused');
    return 'skipped_paused';
  }
  if (await findActiveRun(sql, schedule.storeId)) {
    await record('skipped_running', null, afterRunning(schedule, next, now));
    return 'skipped_running';
  }
  const caller = { orgId, actor: actorOf(schedule) };
  const { storeId, kind } = schedule;
  const { run } = await startRun(sql, caller, { storeId, kind }, deps.defaults);
  await record('started', run.runId);
  return 'started';
}

/** The next delta comes soon. A nightly run that meets another one tries again, instead of waiting a day. */
function afterRunning({ kind }: Schedule, next: Date, now: Date): Date {
  if (kind === 'delta') return next;
  return new Date(Math.min(next.getTime(), now.getTime() + ASK_AGAIN_MS));
}

async function recordScheduleFailure(
  sql: Sql,
  scheduleId: string,
): Promise<ScheduleOutcome | null> {
  const taken = await takeDueSchedule(sql, scheduleId);
  if (!taken) return null;
  const nextRunAt = nextTime(taken.schedule, taken.now);
  await recordScheduleOutcome(sql, scheduleId, { outcome: 'failed', runId: null, nextRunAt });
  return 'failed';
}

function actorOf({ id, kind }: Schedule): Actor {
  return { type: 'cron', id, name: `${kind} schedule` };
}
