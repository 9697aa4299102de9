import { nothing } from '../schemas/account-schemas.ts';
import * as schemas from '../schemas/notification-schemas.ts';
import { memberProcedure, ownerProcedure, router } from '../trpc.ts';

export const notificationRouter = router({
  /** The person's email notifications in this organisation. */
  mine: memberProcedure
    .output(schemas.mineOutput)
    .query(({ ctx }) => ctx.notifications.mine(ctx.caller, ctx.user)),

  setMine: memberProcedure
    .input(schemas.setMineInput)
    .output(schemas.mineOutput)
    .mutation(({ ctx, input }) => ctx.notifications.setMine(ctx.caller, ctx.user, input)),

  /** Webhooks of the organisation. */
  channels: ownerProcedure
    .output(schemas.channelsOutput)
    .query(({ ctx }) => ctx.notifications.channels(ctx.caller)),

  addChannel: ownerProcedure
    .input(schemas.addChannelInput)
    .output(schemas.channelSchema)
    .mutation(({ ctx, input }) => ctx.notifications.addChannel(ctx.caller, input)),

  updateChannel: ownerProcedure
    .input(schemas.updateChannelInput)
    .output(schemas.channelSchema)
    .mutation(({ ctx, input }) => ctx.notifications.updateChannel(ctx.caller, input)),

  removeChannel: ownerProcedure
    .input(schemas.channelInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.notifications.removeChannel(ctx.caller, input);
      return {};
    }),

  /** Sends a test message. */
  testChannel: ownerProcedure
    .input(schemas.channelInput)
    .output(schemas.testChannelOutput)
    .mutation(async ({ ctx, input }) => {
      await ctx.calls.count(ctx.caller.orgId, 'trial');
      return ctx.notifications.testChannel(ctx.caller, input);
    }),
});
