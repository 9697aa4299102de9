import { watchRuns } from '../live/watch-runs.ts';
import * as schemas from '../schemas/sync-schemas.ts';
import { runStatusSchema } from '@mantis-sync/sync-core';
import { operateProcedure, readProcedure, router, startProcedure } from '../trpc.ts';

export const syncRouter = router({
  /** Starts a run of a store, or returns the active one, or the one with this idempotency key. */
  start: startProcedure
    .input(schemas.startInput)
    .output(schemas.startOutput)
    .mutation(({ ctx, input }) => ctx.sync.start(ctx.caller, input)),

  /** The current status of a run. */
  status: readProcedure
    .input(schemas.runInput)
    .output(runStatusSchema)
    .query(({ ctx, input }) => ctx.sync.status(ctx.caller, input)),

  /** Starts a new round for the failed lines of a run, all or a selection. */
  retry: operateProcedure
    .input(schemas.retryInput)
    .output(schemas.retryOutput)
    .mutation(({ ctx, input }) => ctx.sync.retry(ctx.caller, input)),

  /** Cancels the remaining lines of a run; the reason is recorded in its activity. */
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

  /** One line of a run: the store's row, changes, and every attempt. */
  line: readProcedure
    .input(schemas.lineInput)
    .output(schemas.lineOutput)
    .query(({ ctx, input }) => ctx.sync.line(ctx.caller, input)),

  /** Failed lines of a run by reason, most frequent first. */
  failures: readProcedure
    .input(schemas.runInput)
    .output(schemas.failuresOutput)
    .query(({ ctx, input }) => ctx.sync.failures(ctx.caller, input)),

  /** Throughput of a run over time. */
  throughput: readProcedure
    .input(schemas.runInput)
    .output(schemas.throughputOutput)
    .query(({ ctx, input }) => ctx.sync.throughput(ctx.caller, input)),

  /** States of a run's lines by position. */
  batchMap: readProcedure
    .input(schemas.runInput)
    .output(schemas.batchMapOutput)
    .query(({ ctx, input }) => ctx.sync.batchMap(ctx.caller, input)),

  /** The activity of a run. */
  activity: readProcedure
    .input(schemas.activityInput)
    .output(schemas.activityOutput)
    .query(({ ctx, input }) => ctx.sync.activity(ctx.caller, input)),

  /** Streams runs: first their current state, then every change (see live/watch-runs.ts). */
  watch: readProcedure
    .input(schemas.watchInput)
    .subscription(({ ctx, input, signal }) => watchRuns(ctx, input, signal)),
});
