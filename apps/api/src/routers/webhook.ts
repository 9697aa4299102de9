import * as schemas from '../schemas/webhook-schemas.ts';
import { adminProcedure, operateProcedure, readProcedure, router } from '../trpc.ts';

export const webhookRouter = router({
  /** The state of a store's webhooks: which exist, the last delivery, and rejected ones. */
  status: readProcedure
    .input(schemas.webhookInput)
    .output(schemas.webhookStatusSchema)
    .query(({ ctx, input }) => ctx.webhooks.status(ctx.caller, input)),

  /** Deliveries of a store with time and result; bodies are not stored. */
  deliveries: readProcedure
    .input(schemas.deliveriesInput)
    .output(schemas.deliveriesOutput)
    .query(({ ctx, input }) => ctx.webhooks.deliveries(ctx.caller, input)),

  /** Enqueues a check that repairs them. */
  repair: operateProcedure
    .input(schemas.webhookInput)
    .output(schemas.webhookStatusSchema)
    .mutation(({ ctx, input }) => ctx.webhooks.repair(ctx.caller, input)),

  /** If disabled, they are removed from the store, and changes arrive with deltas only. */
  setEnabled: adminProcedure
    .input(schemas.setEnabledInput)
    .output(schemas.webhookStatusSchema)
    .mutation(({ ctx, input }) => ctx.webhooks.setEnabled(ctx.caller, input)),
});
