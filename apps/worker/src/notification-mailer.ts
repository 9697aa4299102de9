import type { SendNotificationMail } from '@mantis-sync/sync-core';
import { createTransport } from 'nodemailer';

/** Sends notifications by SMTP; the caller retries failures. */
export function createNotificationMailer({
  url,
  from,
}: {
  url: string;
  from: string;
}): SendNotificationMail {
  const transport = createTransport(url);
  return async (mail) => {
    await transport.sendMail({ from, ...mail });
  };
}
