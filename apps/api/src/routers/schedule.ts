import * as schemas from '../schemas/freshness-schemas.ts';
import { adminProcedure, readProcedure, router } from '../trpc.ts';

export const scheduleRouter = router({
  /** Schedules of a store's runs. */
  list: readProcedure
    .input(schemas.storeSchedulesInput)
    .output(schemas.scheduleListOutput)
    .query(({ ctx, input }) => ctx.schedules.list(ctx.caller, input)),

  /** The next five times of a cron expression in a time zone. */
  preview: readProcedure
    .input(schemas.previewInput)
    .output(schemas.previewOutput)
    .query(({ ctx, input }) => ctx.schedules.preview(ctx.caller, input)),

  /** Creates or changes the schedule of a kind of run and activates it. */
  set: adminProcedure
    .input(schemas.setScheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.set(ctx.caller, input)),

  pause: adminProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.pause(ctx.caller, input)),

  /** Missed runs are not made up. */
  resume: adminProcedure
    .input(schemas.scheduleInput)
    .output(schemas.scheduleSchema)
    .mutation(({ ctx, input }) => ctx.schedules.resume(ctx.caller, input)),
});
