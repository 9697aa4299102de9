import type { Log } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import { createUsageLimits, hashAddress } from '../auth/usage-limits.ts';
import type { Mail, MailSender } from './mail-sender.ts';

export interface Mailer {
  /** Whether mails are sent; if not, the pages show links to copy. */
  readonly delivers: boolean;
  /**
   * Sends a mail in the background, so that the response time reveals nothing. An address that received too
   * many mails gets no more for a while.
   *
   * @param isNeeded whether to send it at all; evaluated in the background too
   */
  send(mail: Mail, isNeeded?: () => Promise<boolean>): void;
  /** Waits for mails being sent. */
  idle(): Promise<void>;
}

/** For programs that send nothing. */
export const NO_MAILER: Mailer = { delivers: false, send() {}, idle: async () => undefined };

export function createMailer(deps: {
  prisma: PrismaClient;
  sendMail: MailSender;
  /** Whether mails are sent, and not just logged. */
  delivers: boolean;
  log: Log;
}): Mailer {
  const { prisma, sendMail, log } = deps;
  const usage = createUsageLimits(prisma);
  const underWay = new Set<Promise<void>>();

  async function deliver(mail: Mail, isNeeded: () => Promise<boolean>): Promise<void> {
    if (!(await isNeeded())) return;
    if (await usage.take('mail', hashAddress(mail.to))) return sendMail(mail);
    log.warn({ subject: mail.subject }, 'a mail was dropped: its recipient received too many');
  }

  return {
    delivers: deps.delivers,
    send(mail, isNeeded = async () => true) {
      const delivery = deliver(mail, isNeeded)
        .catch(() => log.warn({ subject: mail.subject }, 'a mail could not be sent'))
        .finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    async idle() {
      await Promise.all(underWay);
    },
  };
}
