import * as schemas from '../schemas/account-schemas.ts';
import { ownerProcedure, router } from '../trpc.ts';

export const keyRouter = router({
  list: ownerProcedure.output(schemas.keysOutput).query(({ ctx }) => ctx.keys.list(ctx.caller)),

  /** Answers the key this once. */
  create: ownerProcedure
    .input(schemas.createKeyInput)
    .output(schemas.createKeyOutput)
    .mutation(({ ctx, input }) => ctx.keys.create(ctx.caller, ctx.user, input)),

  /** The next call with it is refused. */
  revoke: ownerProcedure
    .input(schemas.keyInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.keys.revoke(ctx.caller, input);
      return {};
    }),
});
