import * as schemas from '../schemas/store-schemas.ts';
import { adminProcedure, operateProcedure, readProcedure, router } from '../trpc.ts';

export const storeRouter = router({
  /** The organisation's stores. */
  list: readProcedure
    .output(schemas.storeListOutput)
    .query(({ ctx }) => ctx.stores.list(ctx.caller)),

  get: readProcedure
    .input(schemas.storeInput)
    .output(schemas.storeViewSchema)
    .query(({ ctx, input }) => ctx.stores.get(ctx.caller, input)),

  /** Asks the store whether address and keys are right, then keeps them, the keys encrypted. */
  connect: adminProcedure
    .input(schemas.connectInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.connect(ctx.caller, input)),

  /** New keys are asked of the store before they are kept. */
  update: adminProcedure
    .input(schemas.updateInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.update(ctx.caller, input)),

  /** Examines the connection of a store: what is wrong with it, and what to do. */
  diagnose: operateProcedure
    .input(schemas.storeInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.diagnose(ctx.caller, input)),

  /** The same for a store that is not connected; nothing is kept. */
  tryConnection: adminProcedure
    .input(schemas.tryConnectionInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.tryConnection(ctx.caller, input)),

  /** Nothing of this store is asked for until it is resumed. */
  pause: operateProcedure
    .input(schemas.pauseInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.pause(ctx.caller, input)),

  resume: operateProcedure
    .input(schemas.storeInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.resume(ctx.caller, input)),

  /** Removes the store with its customers, runs and log. */
  remove: adminProcedure
    .input(schemas.storeInput)
    .output(schemas.removeOutput)
    .mutation(({ ctx, input }) => ctx.stores.remove(ctx.caller, input)),
});
