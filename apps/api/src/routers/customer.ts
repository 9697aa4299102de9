import * as schemas from '../schemas/freshness-schemas.ts';
import { memberProcedure, router } from '../trpc.ts';

export const customerRouter = router({
  get: memberProcedure
    .input(schemas.customerInput)
    .output(schemas.customerSchema)
    .query(({ ctx, input }) => ctx.customers.get(ctx.caller, input)),

  /** What happened to a customer, field by field, newest first. */
  history: memberProcedure
    .input(schemas.historyInput)
    .output(schemas.historyOutput)
    .query(({ ctx, input }) => ctx.customers.history(ctx.caller, input)),
});
