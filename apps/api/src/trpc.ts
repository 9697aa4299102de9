import { acceptQueueId, type Caller } from '@mantis-sync/sync-core';
import { initTRPC, TRPCError } from '@trpc/server';
import { type AccessLevel, mayDo } from './auth/access.ts';
import { NotAllowedError, PeopleOnlyError } from './auth/access-errors.ts';
import type { Context } from './context.ts';
import { recordCaller } from './observe/observe-calls.ts';
import { toErrorShape, toPublicError } from './public-error.ts';

const pingIntervalMs = 4_000;

/** Who may call a procedure. A test checks that every procedure declares it. */
export interface ProcedureMeta {
  access: 'public' | 'identified' | 'person' | AccessLevel;
  /** For people only: a leaked API key must not be able to create keys or invite members. */
  peopleOnly?: boolean;
}

const trpc = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ error, ctx, path }) =>
      toErrorShape(toPublicError(error), { path, requestId: ctx?.requestId }),
    sse: {
      ping: { enabled: true, intervalMs: pingIntervalMs },
      client: { reconnectAfterInactivityMs: 3 * pingIntervalMs },
    },
  });

export const router = trpc.router;

/** Every call is observed, including failures. Accepts inputs of the previous version. */
const observedProcedure = trpc.procedure
  .use(({ ctx, path, type, next }) => ctx.observe({ procedure: path, type }, () => next()))
  .use(({ getRawInput, next }) =>
    next({ getRawInput: async () => acceptQueueId(await getRawInput()) }),
  );

/** For everyone: needed for sign-in, or authorised by a secret link. */
export const publicProcedure = observedProcedure.meta({ access: 'public' });

/** For a signed-in person or an API key, with or without an organisation. */
export const identifiedProcedure = observedProcedure
  .meta({ access: 'identified' })
  .use(async ({ ctx, next }) => {
    const identity = await ctx.identify();
    if (!identity) throw new TRPCError({ code: 'UNAUTHORIZED' });
    if (identity.user) await ctx.calls.countPerson(identity.user.id);
    return next({ ctx: { identity } });
  });

/** For a signed-in person, about their own account. */
export const personProcedure = identifiedProcedure
  .meta({ access: 'person', peopleOnly: true })
  .use(({ ctx, next }) => {
    const { user, sessionId } = ctx.identity;
    if (!user || !sessionId) throw new PeopleOnlyError();
    return next({ ctx: { user, sessionId } });
  });

/** For members and keys with the required access; `ctx.caller` contains the organisation. */
function procedureFor(level: AccessLevel) {
  return identifiedProcedure.meta({ access: level }).use(async ({ ctx, next }) => {
    const { caller, level: has } = ctx.identity;
    if (!caller) throw new TRPCError({ code: 'FORBIDDEN' });
    recordCaller(caller.orgId);
    if (!mayDo(has, level)) throw new NotAllowedError(level);
    await ctx.calls.count(caller.orgId, 'call');
    return next({ ctx: { caller } });
  });
}

/** For members with the required access who are signed in. */
function peopleProcedureFor(level: AccessLevel) {
  return procedureFor(level)
    .meta({ access: level, peopleOnly: true })
    .use(({ ctx, next }) => {
      const { user } = ctx.identity;
      if (!user) throw new PeopleOnlyError();
      return next({ ctx: { user } });
    });
}

/** Counts a call against a limit per minute of its organisation. */
function countedAs(limit: 'start' | 'trial') {
  return async <Result>(call: {
    ctx: Pick<Context, 'calls'> & { caller: Caller };
    next: () => Promise<Result>;
  }): Promise<Result> => {
    await call.ctx.calls.count(call.ctx.caller.orgId, limit);
    return call.next();
  };
}

/** Reads the organisation's data. */
export const readProcedure = procedureFor('read');
/** Starts and stops runs. */
export const operateProcedure = procedureFor('operate');
/** Starts runs, with a limit per minute. */
export const startProcedure = operateProcedure.use(countedAs('start'));
/** Manages stores. */
export const adminProcedure = procedureFor('admin');
/** Sends requests to an address chosen by the caller, with a limit per minute. */
export const trialProcedure = adminProcedure.use(countedAs('trial'));
/** Sends requests to an address that was chosen before, with the same limit. */
export const diagnoseProcedure = operateProcedure.use(countedAs('trial'));
/** For a signed-in member, about their own settings in the organisation. */
export const memberProcedure = peopleProcedureFor('read');
/** Manages keys, members and authorizations: for signed-in owners. */
export const ownerProcedure = peopleProcedureFor('admin');
/** The same, and sends requests to an address chosen by the caller. */
export const ownerTrialProcedure = ownerProcedure.use(countedAs('trial'));
