import * as schemas from '../schemas/freshness-schemas.ts';
import { adminProcedure, readProcedure, router } from '../trpc.ts';

export const organisationRouter = router({
  settings: readProcedure
    .output(schemas.organisationSettingsSchema)
    .query(({ ctx }) => ctx.organisations.settings(ctx.caller)),

  /** How long finished runs, history and deliveries are kept. */
  setRetention: adminProcedure
    .input(schemas.setRetentionInput)
    .output(schemas.organisationSettingsSchema)
    .mutation(({ ctx, input }) => ctx.organisations.setRetention(ctx.caller, input)),

  /** Volatile meta data: a change of it alone does not count as a change of the customer. */
  setVolatileMetaKeys: adminProcedure
    .input(schemas.setVolatileMetaKeysInput)
    .output(schemas.organisationSettingsSchema)
    .mutation(({ ctx, input }) => ctx.organisations.setVolatileMetaKeys(ctx.caller, input)),
});
