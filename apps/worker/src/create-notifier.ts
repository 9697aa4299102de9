import type { Database } from '@mantis-sync/db';
import { createNotificationDispatcher, tellOrganisations } from '@mantis-sync/sync-core';
import type { WorkerOptions } from './create-worker.ts';
import { createNotificationMailer } from './notification-mailer.ts';

/** Tells people what needs them. */
export interface Notifier {
  notify(): Promise<void>;
  close(): Promise<void>;
}

export function createNotifier(options: WorkerOptions, database: Database): Notifier {
  const { keyring, publicUrl, smtp, log } = options;
  const dispatcher = createNotificationDispatcher({
    allowHosts: options.allowStoreHosts,
    ca: options.storeCa,
  });
  const sendMail = smtp && createNotificationMailer(smtp);
  return {
    async notify() {
      const sent = await tellOrganisations({
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
