import * as schemas from '../schemas/freshness-schemas.ts';
import { readProcedure, router } from '../trpc.ts';

export const customerRouter = router({
  get: readProcedure
    .input(schemas.customerInput)
    .output(schemas.customerSchema)
    .query(({ ctx, input }) => ctx.customers.get(ctx.caller, input)),

  /** What happened to a customer, field by field, newest first. */
  history: readProcedure
    .input(schemas.historyInput)
    .output(schemas.historyOutput)
    .query(({ ctx, input }) => ctx.customers.history(ctx.caller, input)),
});
