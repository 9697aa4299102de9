import type { Caller } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';

interface GateDeps {
  caller: Caller;
  pace: { recheckMs: number };
  isStillValid(caller: Caller): Promise<boolean>;
}

/**
 * Checks the session or key of one stream again whenever `recheckMs` have passed. The first time comes sooner, for
 * each stream at another moment: streams are opened together when the process starts, and one check delays the
 * next.
 *
 * @returns called for each change
 * @throws UNAUTHORIZED
 */
export function createGate(
  { caller, pace, isStillValid }: GateDeps,
  random: () => number = Math.random,
): () => Promise<void> {
  let checkAt = performance.now() + pace.recheckMs * random();

  return async function pass() {
    const now = performance.now();
    if (now < checkAt) return;
    checkAt = now + pace.recheckMs;
    if (!(await isStillValid(caller))) throw new TRPCError({ code: 'UNAUTHORIZED' });
  };
}
