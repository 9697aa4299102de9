import { randomUUID } from 'node:crypto';
import type { Database } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { NotificationMessage, NotificationTopic } from '../domain/notification.ts';
import { SyncError } from '../domain/sync-error.ts';
import { appendOrganisationActivity } from '../sql/activity.ts';
import {
  type ChannelKind,
  type ChannelRow,
  deleteChannel,
  findChannel,
  findEmailChannel,
  insertWebhookChannel,
  listWebhookChannels,
  saveEmailChannel,
  updateWebhookChannel,
} from '../sql/channels.ts';
import type { Keyring } from '../stores/keyring.ts';
import { objectionTo } from '../woo/parse-store-url.ts';
import { deliverNotification } from './deliver-notification.ts';
import { createNotificationDispatcher, NotificationError } from './post-notification.ts';

/** The email notifications of a person. */
export interface EmailChoice {
  email: boolean;
  events: NotificationTopic[];
  /** Whether a mailer is configured. */
  canSend: boolean;
}

/** A webhook of an organisation. Its address is a secret and is never returned. */
export interface ChannelView {
  id: string;
  kind: 'slack' | 'json';
  name: string;
  host: string;
  /** The host and the last characters of the address. */
  urlHint: string;
  events: NotificationTopic[];
  lastSentAt: Date | null;
  lastError: string | null;
  createdAt: Date;
}

export interface NotificationService {
  mine(caller: Caller, user: { id: string }): Promise<EmailChoice>;
  setMine(
    caller: Caller,
    user: { id: string },
    choice: { email: boolean; events: readonly NotificationTopic[] },
  ): Promise<EmailChoice>;
  channels(caller: Caller): Promise<ChannelView[]>;
  /** @throws SyncError `invalid_address` if the address is not allowed, `too_many_channels` */
  addChannel(
    caller: Caller,
    input: {
      kind: 'slack' | 'json';
      name: string;
      url: string;
      events: readonly NotificationTopic[];
    },
  ): Promise<ChannelView>;
  /** @throws SyncError `channel_not_found` */
  updateChannel(
    caller: Caller,
    input: {
      channelId: string;
      name?: string | undefined;
      events?: readonly NotificationTopic[] | undefined;
    },
  ): Promise<ChannelView>;
  /** @throws SyncError `channel_not_found` */
  removeChannel(caller: Caller, input: { channelId: string }): Promise<void>;
  /** Sends a test message immediately. @throws SyncError `channel_not_found` */
  testChannel(
    caller: Caller,
    input: { channelId: string },
  ): Promise<{ ok: boolean; message: string }>;
}

/** Webhooks of one organisation: each is sent every message. */
const MAX_CHANNELS = 20;

export interface NotificationServiceDeps {
  database: Database;
  keyring: Keyring;
  allowHosts: readonly string[];
  ca?: string | undefined;
  publicUrl: string;
  canSendMail: boolean;
}

export function createNotificationService(deps: NotificationServiceDeps): NotificationService {
  const { database, keyring, allowHosts } = deps;

  async function requireChannel(caller: Caller, channelId: string): Promise<ChannelRow> {
    const channel = await database.withOrg(caller.orgId, (sql) => findChannel(sql, channelId));
    if (!channel || channel.kind === 'email') throw noSuchChannel();
    return channel;
  }

  async function mine({ orgId }: Caller, userId: string): Promise<EmailChoice> {
    const channel = await database.withOrg(orgId, (sql) => findEmailChannel(sql, userId));
    return { email: channel !== null, events: channel?.topics ?? [], canSend: deps.canSendMail };
  }

  return {
    mine: (caller, user) => mine(caller, user.id),
    async setMine(caller, user, { email, events }) {
      await database.withOrg(caller.orgId, async (sql) => {
        if (email) return saveEmailChannel(sql, caller.orgId, user.id, events);
        const channel = await findEmailChannel(sql, user.id);
        if (channel) await deleteChannel(sql, channel.id);
      });
      return mine(caller, user.id);
    },
    channels: async ({ orgId }) => (await database.withOrg(orgId, listWebhookChannels)).map(toView),
    async addChannel(caller, { kind, name, url, events }) {
      const address = readAddress(url, allowHosts);
      const id = randomUUID();
      const sealed = keyring.seal(address.href, {
        orgId: caller.orgId,
        storeId: id,
        field: 'notification_url',
      });
      await database.withOrg(caller.orgId, async (sql) => {
        const urlHint = `${address.host}/…${address.href.slice(-4)}`;
        const { orgId } = caller;
        if ((await listWebhookChannels(sql)).length >= MAX_CHANNELS)
          throw new SyncError(
            'too_many_channels',
            `The organisation has ${MAX_CHANNELS} notification channels, the most that it can have.`,
          );
        await insertWebhookChannel(sql, {
          id,
          orgId,
          kind,
          name,
          url: sealed,
          urlHint,
          topics: events,
        });
        await appendOrganisationActivity(sql, orgId, {
          event: 'notification.channel_added',
          message: `Added the notification channel “${name}” (${kind}, ${address.host}).`,
          actor: caller.actor,
          data: { channelId: id, kind, events },
        });
      });
      return toView(await requireChannel(caller, id));
    },
    async updateChannel(caller, { channelId, name, events }) {
      const { name: before } = await requireChannel(caller, channelId);
      await database.withOrg(caller.orgId, async (sql) => {
        await updateWebhookChannel(sql, channelId, { name: name ?? null, topics: events ?? null });
        await appendOrganisationActivity(sql, caller.orgId, {
          event: 'notification.channel_changed',
          message: `Changed the notification channel “${name ?? before}”.`,
          actor: caller.actor,
          data: { channelId, ...(events && { events }) },
        });
      });
      return toView(await requireChannel(caller, channelId));
    },
    async removeChannel(caller, { channelId }) {
      const { name } = await requireChannel(caller, channelId);
      await database.withOrg(caller.orgId, async (sql) => {
        await deleteChannel(sql, channelId);
        await appendOrganisationActivity(sql, caller.orgId, {
          event: 'notification.channel_removed',
          message: `Removed the notification channel “${name}”.`,
          actor: caller.actor,
          data: { channelId },
        });
      });
    },
    async testChannel(caller, { channelId }) {
      const channel = await requireChannel(caller, channelId);
      const dispatcher = createNotificationDispatcher(deps);
      try {
        await deliverNotification(
          { keyring, dispatcher, publicUrl: deps.publicUrl, sendMail: null },
          { orgId: caller.orgId, channel, email: null },
          testMessage(),
        );
        return { ok: true, message: 'The test message was sent.' };
      } catch (error) {
        if (!(error instanceof NotificationError)) throw error;
        return { ok: false, message: error.message };
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}

/** A message as a channel receives it, about a store that does not exist. */
function testMessage(): NotificationMessage {
  return {
    id: randomUUID(),
    isTest: true,
    phase: 'opened',
    organisation: 'Example organisation',
    items: [
      {
        topic: 'store_paused',
        code: 'wrong_key',
        storeId: randomUUID(),
        storeName: 'Example store',
        host: 'shop.example',
        runId: null,
        at: new Date(),
      },
    ],
  };
}

/** @throws SyncError `invalid_address` */
function readAddress(text: string, allowHosts: readonly string[]): URL {
  if (!URL.canParse(text)) throw invalidAddress('This is not a valid address.');
  const url = new URL(text);
  const objection = objectionTo(url, { allowHosts });
  if (objection) throw invalidAddress(`${objection.message}.`);
  return url;
}

function toView(channel: ChannelRow): ChannelView {
  const urlHint = channel.urlHint ?? '';
  return {
    id: channel.id,
    kind: channel.kind as Exclude<ChannelKind, 'email'>,
    name: channel.name,
    host: urlHint.split('/')[0] ?? '',
    urlHint,
    events: channel.topics,
    lastSentAt: channel.lastSentAt,
    lastError: channel.lastError,
    createdAt: channel.createdAt,
  };
}

const invalidAddress = (message: string) => new SyncError('invalid_address', message);
const noSuchChannel = () =>
  new SyncError('channel_not_found', 'The organisation has no such notification channel.');
