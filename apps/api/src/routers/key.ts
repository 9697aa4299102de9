import * as schemas from '../schemas/account-schemas.ts';
import { ownerProcedure, router } from '../trpc.ts';

export const keyRouter = router({
  list: ownerProcedure.output(schemas.keysOutput).query(({ ctx }) => ctx.keys.list(ctx.caller)),

  /** Returns the key; it cannot be read again. */
  create: ownerProcedure
    .input(schemas.createKeyInput)
    .output(schemas.createKeyOutput)
    .mutation(({ ctx, input }) => ctx.keys.create(ctx.caller, ctx.user, input)),

  /** Takes effect with the key's next call. */
  revoke: ownerProcedure
    .input(schemas.keyInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.keys.revoke(ctx.caller, input);
      return {};
    }),
});
