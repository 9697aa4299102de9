import type { Database } from '@mantis-sync/db';
import {
  createNotificationDispatcher,
  type Keyring,
  sendNotifications,
} from '@mantis-sync/sync-core';
import type { Logger } from 'pino';
import { createNotificationMailer } from './notification-mailer.ts';

export interface NotifierOptions {
  keyring: Keyring;
  allowStoreHosts: readonly string[];
  /** PEM of further certificate authorities. */
  storeCa?: string | undefined;
  /** Address of the dashboard, for links. */
  publicUrl: string;
  /** Null if no mail is sent. */
  smtp: { url: string; from: string } | null;
  log: Logger;
}

/** Notifies people of conditions that need attention. */
export interface Notifier {
  notify(): Promise<void>;
  close(): Promise<void>;
}

export function createNotifier(options: NotifierOptions, database: Database): Notifier {
  const { keyring, publicUrl, smtp, log } = options;
  const dispatcher = createNotificationDispatcher({
    allowHosts: options.allowStoreHosts,
    ca: options.storeCa,
  });
  const sendMail = smtp && createNotificationMailer(smtp);
  return {
    async notify() {
      const sent = await sendNotifications({
        database,
        keyring,
        dispatcher,
        publicUrl,
        sendMail,
        log,
      });
      if (sent > 0) log.info({ messages: sent }, 'sent notifications');
    },
    close: () => dispatcher.destroy(),
  };
}
