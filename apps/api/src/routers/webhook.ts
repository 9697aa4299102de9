import * as schemas from '../schemas/webhook-schemas.ts';
import { adminProcedure, operateProcedure, readProcedure, router } from '../trpc.ts';

export const webhookRouter = router({
  /** How a store's webhooks are: which there are, what came last, what was refused. */
  status: readProcedure
    .input(schemas.webhookInput)
    .output(schemas.webhookStatusSchema)
    .query(({ ctx, input }) => ctx.webhooks.status(ctx.caller, input)),

  /** What a store sent, when, and what became of it; without bodies, which are not kept. */
  deliveries: readProcedure
    .input(schemas.deliveriesInput)
    .output(schemas.deliveriesOutput)
    .query(({ ctx, input }) => ctx.webhooks.deliveries(ctx.caller, input)),

  /** Has a worker put them in order now. */
  repair: operateProcedure
    .input(schemas.webhookInput)
    .output(schemas.webhookStatusSchema)
    .mutation(({ ctx, input }) => ctx.webhooks.repair(ctx.caller, input)),

  /** Switched off, they are removed from the store, and deltas alone bring changes. */
  setEnabled: adminProcedure
    .input(schemas.setEnabledInput)
    .output(schemas.webhookStatusSchema)
    .mutation(({ ctx, input }) => ctx.webhooks.setEnabled(ctx.caller, input)),
});
