import type { Sql } from '@mantis-sync/db';
import type {
  NotificationItem,
  NotificationPhase,
  NotificationTopic,
} from '../domain/notification.ts';

// Incidents

/** A condition that requires attention now. */
export interface Condition {
  topic: NotificationTopic;
  storeId: string;
  runId: string | null;
  code: string;
}

/** Allows one worker at a time per organisation, until the end of this transaction. */
export async function tryLockNotifications(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ locked: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('mantis notifications'), hashtext(mantis.org_id()::text)) as locked",
  );
  return rows[0]?.locked === true;
}

/**
 * All conditions except freshness. A run counts while it is the newest of its store and kind; if its store is
 * paused, only the pause counts. A pause made by a person does not count.
 */
export async function readConditions(sql: Sql): Promise<Condition[]> {
  const { rows } = await sql.query<{
    topic: NotificationTopic;
    store_id: string;
    run_id: string | null;
    code: string;
  }>(
    `select 'run_needs_attention' as topic, queue.store_id, queue.id as run_id, queue.action_code as code
       from woo_customer_sync_queue queue
       join woo_store store on store.id = queue.store_id and store.state = 'active'
      where queue.is_action_required
        and not exists (
          select from woo_customer_sync_queue newer
           where newer.org_id = queue.org_id and newer.store_id = queue.store_id
             and (newer.kind = 'webhook') = (queue.kind = 'webhook')
             and (newer.created_at, newer.id) > (queue.created_at, queue.id))
     union all
     select 'store_paused', id, null, pause_code
       from woo_store where state = 'paused' and pause_code <> 'paused_by_person'
     union all
     select 'webhooks_disabled', endpoint.store_id, null, 'refused'
       from woo_webhook_endpoint endpoint
       join woo_store store on store.id = endpoint.store_id and store.state = 'active'
      where endpoint.state = 'refused' and endpoint.is_wanted`,
  );
  return rows.map((row) => ({
    topic: row.topic,
    storeId: row.store_id,
    runId: row.run_id,
    code: row.code,
  }));
}

export interface StoreSchedules {
  storeId: string;
  refreshedAt: Date;
  now: Date;
  schedules: { cron: string; timeZone: string }[];
}

/** Active stores whose last complete run began more than an hour ago, with their active schedules. */
export async function listStoresThatMayBeLate(sql: Sql): Promise<StoreSchedules[]> {
  const { rows } = await sql.query<{
    store_id: string;
    refreshed_at: Date;
    now: Date;
    schedules: StoreSchedules['schedules'];
  }>(
    `select freshness.store_id, freshness.refreshed_at, mantis.now() as now,
            jsonb_agg(jsonb_build_object('cron', schedule.cron, 'timeZone', schedule.time_zone)) as schedules
       from store_freshness freshness
       join woo_store store on store.id = freshness.store_id and store.state = 'active'
       join sync_schedule schedule on schedule.store_id = freshness.store_id and schedule.state = 'active'
      where freshness.refreshed_at < mantis.now() - interval '1 hour'
      group by freshness.store_id, freshness.refreshed_at`,
  );
  return rows.map((row) => ({
    storeId: row.store_id,
    refreshedAt: row.refreshed_at,
    now: row.now,
    schedules: row.schedules,
  }));
}

/** Opens an incident for each condition that has none. */
export async function openIncidents(
  sql: Sql,
  orgId: string,
  conditions: readonly Condition[],
): Promise<void> {
  await sql.query(
    `insert into notification_incident (org_id, store_id, topic, queue_id, code)
     select $1, item.store_id, item.topic, item.run_id, item.code
       from ${CONDITIONS}
     on conflict do nothing`,
    [orgId, toItems(conditions)],
  );
}

/**
 * Resolves incidents whose condition is gone, and notifies the channels that were notified of the incident.
 * Others get no message.
 */
export async function resolveIncidents(
  sql: Sql,
  orgId: string,
  conditions: readonly Condition[],
): Promise<void> {
  await sql.query(
    `with resolved as (
       update notification_incident incident set resolved_at = mantis.now()
        where resolved_at is null
          and not exists (select from ${CONDITIONS}
            where item.topic = incident.topic and item.store_id = incident.store_id
              and item.run_id is not distinct from incident.queue_id)
       returning id),
     untold as (
       delete from notification_event event using resolved
        where event.incident_id = resolved.id and event.message_id is null)
     insert into notification_event (org_id, incident_id, channel_id, phase)
     select $1, event.incident_id, event.channel_id, 'resolved'
       from notification_event event join resolved on resolved.id = event.incident_id
      where event.phase = 'opened' and event.message_id is not null`,
    [orgId, toItems(conditions)],
  );
}

/** Records an event for each channel that must be notified of an open incident. */
export async function insertEvents(sql: Sql, orgId: string): Promise<void> {
  await sql.query(
    `insert into notification_event (org_id, incident_id, channel_id, phase)
     select $1, incident.id, channel.id, 'opened'
       from notification_incident incident
       join notification_channel channel on channel.topics ? incident.topic
      where incident.resolved_at is null
     on conflict do nothing`,
    [orgId],
  );
}

const CONDITIONS = `jsonb_to_recordset($2::jsonb) as item (store_id uuid, topic text, run_id uuid, code text)`;

function toItems(conditions: readonly Condition[]): string {
  return JSON.stringify(
    conditions.map(({ storeId, runId, topic, code }) => ({
      store_id: storeId,
      run_id: runId,
      topic,
      code,
    })),
  );
}

// Messages

/**
 * Combines all events of a channel into one message, once the first has waited `collectMs` and the previous
 * message is `gapMs` old. Both in milliseconds.
 *
 * @returns messages created
 */
export async function composeMessages(
  sql: Sql,
  orgId: string,
  { collectMs, gapMs }: { collectMs: number; gapMs: number },
): Promise<number> {
  const { rowCount } = await sql.query(
    `with due as (
       select event.channel_id, event.phase, gen_random_uuid() as message_id
         from notification_event event
        where event.message_id is null
        group by event.channel_id, event.phase
       having min(event.created_at) <= mantis.now() - make_interval(secs => $2::float8 / 1000)
          and not exists (
            select from notification_message message
             where message.channel_id = event.channel_id and message.phase = event.phase
               and message.created_at > mantis.now() - make_interval(secs => $3::float8 / 1000))),
     composed as (
       insert into notification_message (id, org_id, channel_id, phase)
       select message_id, $1, channel_id, phase from due)
     update notification_event event set message_id = due.message_id
       from due
      where event.channel_id = due.channel_id and event.phase = due.phase and event.message_id is null`,
    [orgId, collectMs, gapMs],
  );
  return rowCount;
}

export interface TakenMessage {
  id: string;
  phase: NotificationPhase;
  attempt: number;
  channelId: string;
  organisation: string;
  /** Email address of the person; null for a webhook, and for a person who has left. */
  email: string | null;
}

/**
 * Claims the message that has waited longest, for `leaseMs` milliseconds: if the worker dies, it is sent again
 * with the same id. Null if none is due.
 */
export async function takeMessage(sql: Sql, leaseMs: number): Promise<TakenMessage | null> {
  const { rows } = await sql.query<{
    id: string;
    phase: NotificationPhase;
    attempts: number;
    channel_id: string;
    organisation: string;
    email: string | null;
  }>(
    `update notification_message message
        set attempts = message.attempts + 1,
            next_attempt_at = mantis.now() + make_interval(secs => $1::float8 / 1000)
       from notification_channel channel
      where message.id = (
              select id from notification_message
               where state = 'pending' and next_attempt_at <= mantis.now()
               order by next_attempt_at limit 1 for update skip locked)
        and channel.id = message.channel_id
      returning message.id, message.phase, message.attempts, message.channel_id,
                mantis.organisation_name() as organisation, mantis.member_email(channel.user_id) as email`,
    [leaseMs],
  );
  const row = rows[0];
  return row
    ? {
        id: row.id,
        phase: row.phase,
        attempt: row.attempts,
        channelId: row.channel_id,
        organisation: row.organisation,
        email: row.email,
      }
    : null;
}

/** The events of a message, without stores that were removed meanwhile. */
export async function listItems(sql: Sql, messageId: string): Promise<NotificationItem[]> {
  const { rows } = await sql.query<{
    topic: NotificationTopic;
    code: string;
    store_id: string;
    store_name: string;
    host: string;
    run_id: string | null;
    at: Date;
  }>(
    `select incident.topic, incident.code, incident.store_id, store.name as store_name,
            split_part(split_part(store.url, '://', 2), '/', 1) as host, incident.queue_id as run_id,
            case event.phase when 'opened' then incident.opened_at else incident.resolved_at end as at
       from notification_event event
       join notification_incident incident on incident.id = event.incident_id
       join woo_store store on store.id = incident.store_id
      where event.message_id = $1
      order by at, incident.id`,
    [messageId],
  );
  return rows.map((row) => ({
    topic: row.topic,
    code: row.code,
    storeId: row.store_id,
    storeName: row.store_name,
    host: row.host,
    runId: row.run_id,
    at: row.at,
  }));
}

/** Ends or reschedules a message, unless another worker has claimed it meanwhile. */
export async function completeMessage(
  sql: Sql,
  { id, channelId, attempt }: TakenMessage,
  result: { state: 'sent' | 'failed' } | { state: 'pending'; delayMs: number },
  error: string | null,
): Promise<void> {
  const delayMs = result.state === 'pending' ? result.delayMs : 0;
  const { rowCount } = await sql.query(
    `update notification_message
        set state = $3, next_attempt_at = mantis.now() + make_interval(secs => $4::float8 / 1000),
            ended_at = case when $3 = 'pending' then null else mantis.now() end
      where id = $1 and attempts = $2 and state = 'pending'`,
    [id, attempt, result.state, delayMs],
  );
  if (rowCount === 0) return;
  await sql.query(
    `update notification_channel
        set last_error = $2, last_sent_at = case when $2::text is null then mantis.now() else last_sent_at end
      where id = $1`,
    [channelId, error],
  );
}

/** Deletes incidents resolved long ago. */
export async function deleteOldIncidents(sql: Sql, olderThanDays: number): Promise<void> {
  await sql.query(
    `delete from notification_incident
      where resolved_at < mantis.now() - make_interval(days => $1)`,
    [olderThanDays],
  );
  await sql.query(
    `delete from notification_message message
      where ended_at < mantis.now() - make_interval(days => $1)
        and not exists (select from notification_event where message_id = message.id)`,
    [olderThanDays],
  );
}
