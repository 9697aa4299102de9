import * as schemas from '../schemas/freshness-schemas.ts';
import { memberProcedure, router } from '../trpc.ts';

export const scheduleRouter = router({
  /** When runs of a store start by themselves. */
  list: memberProcedure
    .input(schemas.storeSchedulesInput)
    .output(schemas.scheduleListOutput)
    .query(({ ctx, input }) => ctx.schedules.list(ctx.caller, input)),

  /** The next five times of a cron expression in a time zone. */
  preview: memberProcedure
    .input(schemas.previewInput)
    .output(schemas.previewOutput)
    .query(({ ctx, input }) => ctx.schedules.preview(ctx.caller, input)),

  /** Makes or changes the schedule of a kind of run; it is active then. */
  set: memberProcedure
    .input(schemas.setScheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.set(ctx.caller, input)),

  pause: memberProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.pause(ctx.caller, input)),

  /** What was missed meanwhile is not made up for. */
  resume: memberProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.resume(ctx.caller, input)),
});
