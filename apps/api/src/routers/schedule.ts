import * as schemas from '../schemas/freshness-schemas.ts';
import { adminProcedure, readProcedure, router } from '../trpc.ts';

export const scheduleRouter = router({
  /** When runs of a store start by themselves. */
  list: readProcedure
    .input(schemas.storeSchedulesInput)
    .output(schemas.scheduleListOutput)
    .query(({ ctx, input }) => ctx.schedules.list(ctx.caller, input)),

  /** The next five times of a cron expression in a time zone. */
  preview: readProcedure
    .input(schemas.previewInput)
    .output(schemas.previewOutput)
    .query(({ ctx, input }) => ctx.schedules.preview(ctx.caller, input)),

  /** Makes or changes the schedule of a kind of run; it is active then. */
  set: adminProcedure
    .input(schemas.setScheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.set(ctx.caller, input)),

  pause: adminProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.pause(ctx.caller, input)),

  /** What was missed meanwhile is not made up for. */
  resume: adminProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.resume(ctx.caller, input)),
});
