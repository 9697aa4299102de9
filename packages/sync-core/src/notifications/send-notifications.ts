import type { Database, Sql } from '@mantis-sync/db';
import { notificationRetryMs } from '../domain/notification.ts';
import { intervalMs, TimeTableError } from '../domain/schedule.ts';
import { overdueSince } from '../domain/overdue.ts';
import { failpoint } from '../platform/failpoint.ts';
import type { SyncLog } from '../platform/sync-log.ts';
import {
  composeMessages,
  type Condition,
  deleteOldIncidents,
  insertEvents,
  listItems,
  listStoresThatMayBeLate,
  openIncidents,
  readConditions,
  resolveIncidents,
  completeMessage,
  type StoreSchedules,
  takeMessage,
  tryLockNotifications,
} from '../sql/notifications.ts';
import { findChannel, listOrganisationsToNotify } from '../sql/channels.ts';
import { deliverNotification, type DeliveryDeps } from './deliver-notification.ts';
import { NotificationError } from './post-notification.ts';

export interface NotifierDeps extends DeliveryDeps {
  database: Database;
  log: SyncLog;
  /** How long the first event waits for further ones, in milliseconds. */
  collectMs?: number | undefined;
  /** Minimum time between two messages to one channel, in milliseconds. */
  gapMs?: number | undefined;
}

const COLLECT_MS = 60_000;
const GAP_MS = 5 * 60_000;
/** Longer than any delivery: after this time the worker that claimed a message is dead. */
const LEASE_MS = 60_000;
const KEPT_DAYS = 30;

/**
 * Checks every organisation with a notification channel for conditions, and sends due messages. Workers may do
 * this concurrently; each event is sent once.
 * @returns messages sent
 */
export async function sendNotifications(deps: NotifierDeps): Promise<number> {
  const orgIds = await deps.database.withSystem(listOrganisationsToNotify);
  let sent = 0;
  for (const orgId of orgIds) {
    await deps.database.withOrg(orgId, (sql) => recordIncidents(sql, orgId, deps));
    while (await sendNext(deps, orgId)) sent += 1;
  }
  return sent;
}

async function recordIncidents(
  sql: Sql,
  orgId: string,
  { collectMs = COLLECT_MS, gapMs = GAP_MS }: NotifierDeps,
): Promise<void> {
  if (!(await tryLockNotifications(sql))) return;
  const conditions = [
    ...(await readConditions(sql)),
    ...lateStores(await listStoresThatMayBeLate(sql)),
  ];
  await openIncidents(sql, orgId, conditions);
  await resolveIncidents(sql, orgId, conditions);
  await insertEvents(sql, orgId);
  await composeMessages(sql, orgId, { collectMs, gapMs });
  await deleteOldIncidents(sql, KEPT_DAYS);
}

function lateStores(stores: readonly StoreSchedules[]): Condition[] {
  return stores
    .filter(({ now, refreshedAt, schedules }) =>
      overdueSince({ now, refreshedAt, intervalMs: shortestInterval(schedules, now) }),
    )
    .map(({ storeId }) => ({ topic: 'freshness_broken', storeId, runId: null, code: 'overdue' }));
}

/** In milliseconds; null if no timetable has a next time. */
function shortestInterval(schedules: StoreSchedules['schedules'], now: Date): number | null {
  const intervals = schedules.flatMap((table) => {
    try {
      return [intervalMs(table, now)];
    } catch (error) {
      if (error instanceof TimeTableError) return [];
      throw error;
    }
  });
  return intervals.length === 0 ? null : Math.min(...intervals);
}

/** Sends the message that has waited longest. @returns false if none is due */
async function sendNext(deps: NotifierDeps, orgId: string): Promise<boolean> {
  const taken = await deps.database.withOrg(orgId, async (sql) => {
    const message = await takeMessage(sql, LEASE_MS);
    const channel = message && (await findChannel(sql, message.channelId));
    return channel ? { message, channel, items: await listItems(sql, message.id) } : null;
  });
  if (!taken) return false;
  const { message, channel, items } = taken;
  const failure = await attempt(deps, async () => {
    if (items.length === 0) return;
    const { id, phase, organisation, email } = message;
    await deliverNotification(deps, { orgId, channel, email }, { id, phase, organisation, items });
  });
  failpoint('notification.sent');
  const retryMs = failure === null ? null : notificationRetryMs(message.attempt);
  const result =
    failure === null
      ? ({ state: 'sent' } as const)
      : retryMs === null
        ? ({ state: 'failed' } as const)
        : ({ state: 'pending', delayMs: retryMs } as const);
  await deps.database.withOrg(orgId, (sql) => completeMessage(sql, message, result, failure));
  return true;
}

/** @returns why the message was not sent; null if it was */
async function attempt({ log }: NotifierDeps, act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    log.warn({ err: error }, 'a notification could not be sent');
    return error instanceof NotificationError ? error.message : 'An internal error occurred.';
  }
}
