import { createHash } from 'node:crypto';
import type { PrismaClient } from '@mantis-sync/db/prisma';

/** Limits by subject: how often, and in which period. */
const LIMITS = {
  /** Mails to one address. */
  mail: { max: 5, per: 'hour' },
  invitation_by_person: { max: 20, per: 'day' },
  invitation_by_organisation: { max: 50, per: 'day' },
} as const;

export type UsageKind = keyof typeof LIMITS;

export interface UsageLimits {
  /** Counts one more, across processes. @returns false if the limit is reached; then nothing is counted */
  take(kind: UsageKind, subject: string): Promise<boolean>;
}

export function createUsageLimits(prisma: PrismaClient): UsageLimits {
  return {
    async take(kind, subject) {
      const { max, per } = LIMITS[kind];
      const rows = await prisma.$executeRaw`
        insert into auth_usage as known (kind, subject, period, count)
        values (${kind}, ${subject}, date_trunc(${per}, now()), 1)
        on conflict (kind, subject, period) do update set count = known.count + 1
         where known.count < ${max}`;
      return rows > 0;
    },
  };
}

/** Hashes an address for use as a counter's subject, so that the counters do not list who has an account. */
export function hashAddress(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
}
