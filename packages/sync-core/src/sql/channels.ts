import type { Sql } from '@mantis-sync/db';
import type { NotificationTopic } from '../domain/notification.ts';
import { column, optional, type Row, selectList, toRow } from './columns.ts';
import type { SealedSecret } from '../platform/sealed-secret.ts';

// Channels

export type ChannelKind = 'email' | 'slack' | 'json';

const CHANNEL = {
  id: column<string>(),
  kind: column<ChannelKind>(),
  name: column<string>(),
  /** The person of an email channel; null for a webhook. */
  userId: column<string | null>(),
  /** Encrypted address of a webhook; null for an email channel. */
  url: optional({
    cipher: column<Buffer>('url_cipher'),
    keyId: column<string>('cipher_key_id'),
  }),
  /** The host and the last characters of the address. */
  urlHint: column<string | null>(),
  topics: column<NotificationTopic[]>(),
  lastSentAt: column<Date | null>(),
  lastError: column<string | null>(),
  createdAt: column<Date>(),
};

export type ChannelRow = Row<typeof CHANNEL>;

const CHANNEL_COLUMNS = selectList(CHANNEL, 'notification_channel');

const toChannel = (raw: Record<string, unknown>): ChannelRow => toRow(CHANNEL, raw);

/** Organisations with a channel. As mantis_system. */
export async function listOrganisationsToNotify(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ org_id: string }>(
    'select distinct org_id from notification_channel',
  );
  return rows.map((row) => row.org_id);
}

/** The organisation's webhooks, oldest first. */
export async function listWebhookChannels(sql: Sql): Promise<ChannelRow[]> {
  const { rows } = await sql.query(
    `select ${CHANNEL_COLUMNS} from notification_channel where kind <> 'email' order by created_at, id`,
  );
  return rows.map(toChannel);
}

/** @returns null if the organisation has no such channel */
export async function findChannel(sql: Sql, channelId: string): Promise<ChannelRow | null> {
  const { rows } = await sql.query(
    `select ${CHANNEL_COLUMNS} from notification_channel where id = $1`,
    [channelId],
  );
  return rows[0] ? toChannel(rows[0]) : null;
}

/** @returns null if the person gets no email */
export async function findEmailChannel(sql: Sql, userId: string): Promise<ChannelRow | null> {
  const { rows } = await sql.query(
    `select ${CHANNEL_COLUMNS} from notification_channel where user_id = $1`,
    [userId],
  );
  return rows[0] ? toChannel(rows[0]) : null;
}

/** Creates or updates the email channel of a person. */
export async function saveEmailChannel(
  sql: Sql,
  orgId: string,
  userId: string,
  topics: readonly NotificationTopic[],
): Promise<void> {
  await sql.query(
    `insert into notification_channel (org_id, kind, name, user_id, topics)
     values ($1, 'email', 'Email', $2, $3)
     on conflict (org_id, user_id) do update set topics = excluded.topics, updated_at = mantis.now()`,
    [orgId, userId, JSON.stringify(topics)],
  );
}

export interface NewWebhookChannel {
  id: string;
  orgId: string;
  kind: ChannelKind;
  name: string;
  url: SealedSecret;
  urlHint: string;
  topics: readonly NotificationTopic[];
}

export async function insertWebhookChannel(sql: Sql, channel: NewWebhookChannel): Promise<void> {
  await sql.query(
    `insert into notification_channel (id, org_id, kind, name, url_cipher, cipher_key_id, url_hint, topics)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      channel.id,
      channel.orgId,
      channel.kind,
      channel.name,
      channel.url.cipher,
      channel.url.keyId,
      channel.urlHint,
      JSON.stringify(channel.topics),
    ],
  );
}

/** Changes the given fields. @returns false if the organisation has no such webhook */
export async function updateWebhookChannel(
  sql: Sql,
  channelId: string,
  change: { name: string | null; topics: readonly NotificationTopic[] | null },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update notification_channel
        set name = coalesce($2, name), topics = coalesce($3::jsonb, topics), updated_at = mantis.now()
      where id = $1 and kind <> 'email'`,
    [channelId, change.name, change.topics === null ? null : JSON.stringify(change.topics)],
  );
  return rowCount === 1;
}

/** Replaces the encrypted address of a webhook if it is still the given one. */
export async function resealChannel(
  sql: Sql,
  channelId: string,
  before: SealedSecret,
  after: SealedSecret,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update notification_channel set url_cipher = $3, cipher_key_id = $4
      where id = $1 and url_cipher = $2`,
    [channelId, before.cipher, after.cipher, after.keyId],
  );
  return rowCount === 1;
}

/** Removes a channel with its messages. @returns false if there is none */
export async function deleteChannel(sql: Sql, channelId: string): Promise<boolean> {
  const { rowCount } = await sql.query('delete from notification_channel where id = $1', [
    channelId,
  ]);
  return rowCount === 1;
}
