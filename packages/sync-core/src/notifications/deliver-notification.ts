import type { Dispatcher } from 'undici';
import {
  notificationBody,
  type NotificationMessage,
  type NotificationText,
  writeNotification,
} from '../domain/notification.ts';
import type { ChannelRow } from '../sql/notifications.ts';
import type { Keyring } from '../stores/keyring.ts';
import { NotificationError, postNotification } from './post-notification.ts';

/** Sends one email. @throws whatever the transport throws */
export type SendNotificationMail = (mail: {
  /** The same for each try. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
}) => Promise<void>;

export interface DeliveryDeps {
  keyring: Keyring;
  dispatcher: Dispatcher;
  /** Of the dashboard, without a slash at its end. */
  publicUrl: string;
  /** Null where no mailer is configured. */
  sendMail: SendNotificationMail | null;
}

/** Where a message goes. */
export interface Addressee {
  orgId: string;
  channel: ChannelRow;
  /** Of the person of an email channel; null for one who has left. */
  email: string | null;
}

/**
 * Sends a message by mail, to a chat or to a program.
 * @throws NotificationError in words for whoever set the channel up
 */
export async function deliverNotification(
  deps: DeliveryDeps,
  { orgId, channel, email }: Addressee,
  message: NotificationMessage,
): Promise<void> {
  const text = writeNotification(message, deps.publicUrl);
  if (channel.kind === 'email') return sendByMail(deps, email, message.id, text);
  if (!channel.url) throw new NotificationError('The channel has no address.');
  const url = deps.keyring.open(channel.url, {
    orgId,
    storeId: channel.id,
    field: 'notification_url',
  });
  const body =
    channel.kind === 'slack' ? slackBody(text) : notificationBody(message, deps.publicUrl);
  await postNotification(deps.dispatcher, url, { id: message.id, body });
}

async function sendByMail(
  { sendMail, publicUrl }: DeliveryDeps,
  to: string | null,
  id: string,
  { subject, lines }: NotificationText,
): Promise<void> {
  if (to === null) throw new NotificationError('The person is not a member any more.');
  if (!sendMail) throw new NotificationError('No mailer is configured.');
  try {
    await sendMail({
      messageId: `<${id}@${new URL(publicUrl).hostname}>`,
      to,
      subject,
      text: `${lines.join('\n')}\n`,
    });
  } catch (cause) {
    throw new NotificationError('The mail server did not take the message.', { cause });
  }
}

/** What Slack, and whatever takes the same, shows. */
function slackBody({ subject, lines }: NotificationText): object {
  return { text: [`*${escapeSlack(subject)}*`, ...lines.map(escapeSlack)].join('\n') };
}

/** Names of stores must not become links or mentions. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
