import type { Caller } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import type { AccessLevel } from '../auth/access.ts';
import type { Context } from '../context.ts';

/**
 * Who calls a plain route, on behalf of which organisation, and what they may do there.
 *
 * @throws TRPCError for nobody, and for a person without an organisation
 */
export async function requireIdentity(
  context: Pick<Context, 'identify'>,
): Promise<{ caller: Caller; level: AccessLevel | null }> {
  const identity = await context.identify();
  if (!identity) throw new TRPCError({ code: 'UNAUTHORIZED' });
  const { caller, level } = identity;
  if (!caller) throw new TRPCError({ code: 'FORBIDDEN' });
  return { caller, level };
}
