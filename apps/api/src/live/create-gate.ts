import type { Caller } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';

interface GateDeps {
  caller: Caller;
  pace: { recheckMs: number };
  isStillValid(caller: Caller): Promise<boolean>;
}

/**
 * For one stream, called between two reads: checks its session or key again within `recheckMs`. Each stream
 * at another time, since streams are opened together when the process starts, and one check delays the next.
 *
 * @throws UNAUTHORIZED
 */
export function createGate(
  { caller, pace, isStillValid }: GateDeps,
  random: () => number = Math.random,
): () => Promise<void> {
  const nextCheck = () => performance.now() + pace.recheckMs * (0.5 + random() / 2);
  let checkAt = nextCheck();

  return async function pass() {
    if (performance.now() < checkAt) return;
    checkAt = nextCheck();
    if (!(await isStillValid(caller))) throw new TRPCError({ code: 'UNAUTHORIZED' });
  };
}
