import type { Caller } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import type { AccessLevel } from '../auth/access.ts';
import type { Context } from '../context.ts';

/**
 * The caller of a plain route, with organisation and access level.
 *
 * @throws TRPCError if unauthenticated, and for a person without an organisation
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
