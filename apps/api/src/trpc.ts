import { initTRPC, TRPCError } from '@trpc/server';
import type { Context } from './context.ts';
import { toErrorShape, toPublicError } from './public-error.ts';

const pingIntervalMs = 15_000;

const trpc = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error, ctx, path }) =>
    toErrorShape(toPublicError(error), { path, requestId: ctx?.requestId }),
  sse: {
    ping: { enabled: true, intervalMs: pingIntervalMs },
    client: { reconnectAfterInactivityMs: 3 * pingIntervalMs },
  },
});

export const router = trpc.router;

/** For anybody. */
const publicProcedure = trpc.procedure;

/** For a signed-in person or an API key, also one who belongs to no organisation. */
export const identifiedProcedure = publicProcedure.use(async ({ ctx, next }) => {
  const identity = await ctx.identify();
  if (!identity) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { identity } });
});

/** For those who act on behalf of an organisation: `ctx.caller` says which. */
export const memberProcedure = identifiedProcedure.use(async ({ ctx, next }) => {
  const { caller } = ctx.identity;
  if (!caller) throw new TRPCError({ code: 'FORBIDDEN' });
  return next({ ctx: { caller } });
});
