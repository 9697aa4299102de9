import type { Log } from '@mantis-sync/db';
import { createTransport } from 'nodemailer';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Sends mail; a failure is logged without the address and never reported to the requester. */
export type MailSender = (mail: Mail) => Promise<void>;

/** Sends by SMTP. */
export function createSmtpSender(options: { url: string; from: string; log: Log }): MailSender {
  const transport = createTransport(options.url);
  return async ({ to, subject, text }) => {
    try {
      await transport.sendMail({ from: options.from, to, subject, text });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      options.log.warn({ subject, code }, 'a mail could not be sent');
    }
  };
}

/** In development mails are logged. */
export function createLogSender(log: Log): MailSender {
  return async ({ subject, text }) => log.warn({ subject, text }, 'mail');
}

/** Mails contain sign-in links, which must not be logged where others read the log. */
export function createNoSender(log: Log): MailSender {
  return async ({ subject }) =>
    log.warn({ subject }, 'a mail was dropped: set MANTIS_SMTP_URL and MANTIS_MAIL_FROM');
}
