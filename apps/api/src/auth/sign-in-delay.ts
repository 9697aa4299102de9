import type { PrismaClient } from '@mantis-sync/db/prisma';
import { hashAddress } from './usage-limits.ts';

/** Wrong passwords of an account without a delay. */
const FREE_ATTEMPTS = 5;
/** The delay doubles with each further wrong password, from a second to this. */
const MAX_DELAY_SECONDS = 900;

/** Delays password guesses for one account, from any number of addresses. */
export interface SignInDelay {
  /**
   * Counts an attempt as failed until `succeeded` is called, so that concurrent attempts count too.
   * @returns seconds until the next attempt is allowed; 0 if this one is
   */
  begin(email: string): Promise<number>;
  succeeded(email: string): Promise<void>;
}

export function createSignInDelay(prisma: PrismaClient): SignInDelay {
  return {
    async begin(email) {
      const account = hashAddress(email);
      const counted = await prisma.$executeRaw`
        insert into auth_sign_in_failure as known (account, count, last_at, blocked_until)
        values (${account}, 1, now(), now())
        on conflict (account) do update
           set count = known.count + 1,
               last_at = now(),
               blocked_until = now() + case
                 when known.count < ${FREE_ATTEMPTS}::int then interval '0'
                 else make_interval(secs =>
                   least(2 ^ least(known.count - ${FREE_ATTEMPTS}::int, 20), ${MAX_DELAY_SECONDS}::int))
               end
         where known.blocked_until <= now()`;
      if (counted > 0) return 0;
      const known = await prisma.signInFailure.findUnique({ where: { account } });
      return Math.max(1, Math.ceil(((known?.blockedUntil.getTime() ?? 0) - Date.now()) / 1000));
    },
    async succeeded(email) {
      await prisma.signInFailure.deleteMany({ where: { account: hashAddress(email) } });
    },
  };
}
