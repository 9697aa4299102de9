import * as schemas from '../schemas/customer-schemas.ts';
import { operateProcedure, readProcedure, router } from '../trpc.ts';

export const customerRouter = router({
  /** Roles and countries for filters. */
  facets: readProcedure
    .input(schemas.facetsInput)
    .output(schemas.facetsOutput)
    .query(({ ctx, input }) => ctx.customers.facets(ctx.caller, input)),

  get: readProcedure
    .input(schemas.customerInput)
    .output(schemas.customerSchema)
    .query(({ ctx, input }) => ctx.customers.get(ctx.caller, input)),

  /** The changes of a customer, field by field, newest first. */
  history: readProcedure
    .input(schemas.historyInput)
    .output(schemas.historyOutput)
    .query(({ ctx, input }) => ctx.customers.history(ctx.caller, input)),

  /** Reads one customer from the store; returns the run that does it. */
  refresh: operateProcedure
    .input(schemas.customerInput)
    .output(schemas.refreshOutput)
    .mutation(({ ctx, input }) => ctx.customers.refresh(ctx.caller, input)),

  /** Searches customers of all stores, as the user types. */
  search: readProcedure
    .input(schemas.searchInput)
    .output(schemas.searchOutput)
    .query(({ ctx, input }) => ctx.customers.search(ctx.caller, input)),
});
