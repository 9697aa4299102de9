import type { SendNotificationMail } from '@mantis-sync/sync-core';
import { createTransport } from 'nodemailer';

/** Sends notifications by SMTP; a failure is the caller's to try again. */
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
