import * as schemas from '../schemas/customer-schemas.ts';
import { operateProcedure, readProcedure, router } from '../trpc.ts';

export const customerRouter = router({
  /** Roles and countries to filter by. */
  facets: readProcedure
    .input(schemas.facetsInput)
    .output(schemas.facetsOutput)
    .query(({ ctx, input }) => ctx.customers.facets(ctx.caller, input)),

  get: readProcedure
    .input(schemas.customerInput)
    .output(schemas.customerSchema)
    .query(({ ctx, input }) => ctx.customers.get(ctx.caller, input)),

  /** What happened to a customer, field by field, newest first. */
  history: readProcedure
    .input(schemas.historyInput)
    .output(schemas.historyOutput)
    .query(({ ctx, input }) => ctx.customers.history(ctx.caller, input)),

  /** Reads one customer from the store now; the answer names the run to watch. */
  refresh: operateProcedure
    .input(schemas.customerInput)
    .output(schemas.refreshOutput)
    .mutation(({ ctx, input }) => ctx.customers.refresh(ctx.caller, input)),

  /** Customers of all stores by what is known of them, as somebody types. */
  search: readProcedure
    .input(schemas.searchInput)
    .output(schemas.searchOutput)
    .query(({ ctx, input }) => ctx.customers.search(ctx.caller, input)),
});
