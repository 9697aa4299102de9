import { watchRuns } from '../live/watch-runs.ts';
import * as schemas from '../schemas/sync-schemas.ts';
import { runStatusSchema } from '../schemas/run-schemas.ts';
import { operateProcedure, readProcedure, router, startProcedure } from '../trpc.ts';

export const syncRouter = router({
  /** Starts a run of a store, or returns the one that is active or has this idempotency key. */
  start: startProcedure
    .input(schemas.startInput)
    .output(schemas.startOutput)
    .mutation(({ ctx, input }) => ctx.sync.start(ctx.caller, input)),

  /** A run as it stands. */
  status: readProcedure
    .input(schemas.runInput)
    .output(runStatusSchema)
    .query(({ ctx, input }) => ctx.sync.status(ctx.caller, input)),

  /** A new round over the failed lines of a run, all or those of one reason. */
  retry: operateProcedure
    .input(schemas.retryInput)
    .output(schemas.retryOutput)
    .mutation(({ ctx, input }) => ctx.sync.retry(ctx.caller, input)),

  /** Cancels what is left of a run; the reason goes into its log. */
  forceDone: operateProcedure
    .input(schemas.forceDoneInput)
    .output(schemas.forceDoneOutput)
    .mutation(({ ctx, input }) => ctx.sync.forceDone(ctx.caller, input)),

  /** Runs, newest first. */
  list: readProcedure
    .input(schemas.listInput)
    .output(schemas.listOutput)
    .query(({ ctx, input }) => ctx.sync.list(ctx.caller, input)),

  /** Lines of a run, in the order of discovery. */
  lines: readProcedure
    .input(schemas.linesInput)
    .output(schemas.linesOutput)
    .query(({ ctx, input }) => ctx.sync.lines(ctx.caller, input)),

  /** One line of a run: what the store sent, what changed, every try. */
  line: readProcedure
    .input(schemas.lineInput)
    .output(schemas.lineOutput)
    .query(({ ctx, input }) => ctx.sync.line(ctx.caller, input)),

  /** Failed lines of a run by their reason, the most frequent first. */
  failures: readProcedure
    .input(schemas.runInput)
    .output(schemas.failuresOutput)
    .query(({ ctx, input }) => ctx.sync.failures(ctx.caller, input)),

  /** What a run read and completed, over time. */
  throughput: readProcedure
    .input(schemas.runInput)
    .output(schemas.throughputOutput)
    .query(({ ctx, input }) => ctx.sync.throughput(ctx.caller, input)),

  /** States of a run's lines by their place in the list. */
  batchMap: readProcedure
    .input(schemas.runInput)
    .output(schemas.batchMapOutput)
    .query(({ ctx, input }) => ctx.sync.batchMap(ctx.caller, input)),

  /** The log of a run. */
  activity: readProcedure
    .input(schemas.activityInput)
    .output(schemas.activityOutput)
    .query(({ ctx, input }) => ctx.sync.activity(ctx.caller, input)),

  /** Runs as they move: first as they stand, then every change (see live/watch-runs.ts). */
  watch: readProcedure
    .input(schemas.watchInput)
    .subscription(({ ctx, input, signal }) => watchRuns(ctx, input, signal)),
});
