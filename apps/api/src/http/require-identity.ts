import type { Caller } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import { type AccessLevel, mayDo } from '../auth/access.ts';
import { NotAllowedError } from '../auth/access-errors.ts';
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

/** Who may read, for which organisation; counts the call. @throws as `requireIdentity`; NotAllowedError */
export async function requireReadAccess(
  context: Pick<Context, 'identify' | 'calls'>,
): Promise<Caller> {
  const { caller, level } = await requireIdentity(context);
  if (!mayDo(level, 'read')) throw new NotAllowedError('read');
  await context.calls.count(caller.orgId, 'call');
  return caller;
}
