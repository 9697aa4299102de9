import type { Dispatcher } from 'undici';
import {
  notificationBody,
  type NotificationMessage,
  writeMail,
  writeNotification,
} from '../domain/notification.ts';
import type { ChannelRow } from '../sql/channels.ts';
import type { Keyring } from '../stores/keyring.ts';
import { NotificationError, postNotification } from './post-notification.ts';

/** Sends one email. @throws any error of the transport */
export type SendNotificationMail = (mail: {
  /** The same for every attempt. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
}) => Promise<void>;

export interface DeliveryDeps {
  keyring: Keyring;
  dispatcher: Dispatcher;
  /** Address of the dashboard, without a trailing slash. */
  publicUrl: string;
  /** Null if no mailer is configured. */
  sendMail: SendNotificationMail | null;
}

/** The target of a message. */
export interface Addressee {
  orgId: string;
  channel: ChannelRow;
  /** The address for an email channel; null if the person has left. */
  email: string | null;
}

/**
 * Sends a message by email, to a chat or to a generic webhook.
 * @throws NotificationError with a message for the person who configured the channel
 */
export async function deliverNotification(
  deps: DeliveryDeps,
  { orgId, channel, email }: Addressee,
  message: NotificationMessage,
): Promise<void> {
  if (channel.kind === 'email') return sendByMail(deps, email, message);
  if (!channel.url) throw new NotificationError('The channel has no address.');
  const url = deps.keyring.open(channel.url, {
    orgId,
    storeId: channel.id,
    field: 'notification_url',
  });
  const body =
    channel.kind === 'slack'
      ? slackBody(message, deps.publicUrl)
      : notificationBody(message, deps.publicUrl);
  await postNotification(deps.dispatcher, url, { id: message.id, body });
}

async function sendByMail(
  { sendMail, publicUrl }: DeliveryDeps,
  to: string | null,
  message: NotificationMessage,
): Promise<void> {
  if (to === null) throw new NotificationError('The person is no longer a member.');
  if (!sendMail) throw new NotificationError('No mailer is configured.');
  try {
    await sendMail({
      messageId: `<${message.id}@${new URL(publicUrl).hostname}>`,
      to,
      ...writeMail(message, publicUrl),
    });
  } catch (cause) {
    throw new NotificationError('The mail server rejected the message.', { cause });
  }
}

/** The body for Slack and compatible chats. */
function slackBody(message: NotificationMessage, publicUrl: string): object {
  const { title, lines, link } = writeNotification(message, publicUrl);
  return { text: [`*${escapeSlack(title)}*`, ...lines.map(escapeSlack), link].join('\n') };
}

/** Escapes store names, so that they cannot become links or mentions. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
