import { readOrganisationLog } from '../auth/organisation-log.ts';
import * as schemas from '../schemas/account-schemas.ts';
import { ownerProcedure, readProcedure, router } from '../trpc.ts';

export const memberRouter = router({
  list: readProcedure
    .output(schemas.membersOutput)
    .query(({ ctx }) => ctx.members.list(ctx.caller)),

  /** Sends an invitation by mail, or returns its link if no mail is sent. */
  invite: ownerProcedure
    .input(schemas.inviteInput)
    .output(schemas.sentInvitationSchema)
    .mutation(({ ctx, input }) => ctx.members.invite(ctx.caller, ctx.user, input)),

  /** A new link, valid for a week; invalidates the old one. */
  resendInvitation: ownerProcedure
    .input(schemas.invitationInput)
    .output(schemas.sentInvitationSchema)
    .mutation(({ ctx, input }) => ctx.members.resendInvitation(ctx.caller, ctx.user, input)),

  /** Open invitations. */
  invitations: ownerProcedure
    .output(schemas.invitationsOutput)
    .query(({ ctx }) => ctx.members.invitations(ctx.caller)),

  cancelInvitation: ownerProcedure
    .input(schemas.invitationInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.members.cancelInvitation(ctx.caller, input);
      return {};
    }),

  changeRole: ownerProcedure
    .input(schemas.changeRoleInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.members.changeRole(ctx.caller, input);
      return {};
    }),

  /** Takes effect with the member's next call. */
  remove: ownerProcedure
    .input(schemas.memberInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.members.remove(ctx.caller, input);
      return {};
    }),

  /** Changes of the organisation, and who made them. */
  log: ownerProcedure
    .input(schemas.logInput)
    .output(schemas.logOutput)
    .query(({ ctx, input }) => readOrganisationLog(ctx.database, ctx.caller, input)),
});
