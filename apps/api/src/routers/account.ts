import * as schemas from '../schemas/account-schemas.ts';
import { identifiedProcedure, personProcedure, router } from '../trpc.ts';

export const accountRouter = router({
  /** Who is calling, and for which organisation. */
  me: identifiedProcedure.output(schemas.meOutput).query(({ ctx }) => ctx.identity),

  /** Organisations that the person belongs to. */
  organisations: personProcedure
    .output(schemas.organisationsOutput)
    .query(({ ctx }) => ctx.accounts.organisations(ctx.user)),

  /** Makes an organisation, which the person owns. */
  createOrganisation: personProcedure
    .input(schemas.createOrganisationInput)
    .output(schemas.organisationSchema)
    .mutation(({ ctx, input }) => ctx.accounts.createOrganisation(ctx.user, input)),

  /** What this session acts for from now on. */
  switchOrganisation: personProcedure
    .input(schemas.organisationInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.switchOrganisation(ctx.user, ctx.sessionId, input);
      return {};
    }),

  leaveOrganisation: personProcedure
    .input(schemas.organisationInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.leave(ctx.user, input);
      return {};
    }),

  acceptInvitation: personProcedure
    .input(schemas.invitationInput)
    .output(schemas.organisationSchema)
    .mutation(({ ctx, input }) => ctx.accounts.acceptInvitation(ctx.user, input)),

  rejectInvitation: personProcedure
    .input(schemas.invitationInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.rejectInvitation(ctx.user, input);
      return {};
    }),

  /** Where the person is signed in. */
  sessions: personProcedure
    .output(schemas.sessionsOutput)
    .query(({ ctx }) => ctx.accounts.sessions(ctx.user, ctx.sessionId)),

  revokeSession: personProcedure
    .input(schemas.sessionInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.revokeSession(ctx.user, input);
      return {};
    }),

  /** Signs the person out everywhere else. */
  revokeOtherSessions: personProcedure.output(schemas.revokedOutput).mutation(async ({ ctx }) => ({
    revoked: await ctx.accounts.revokeOtherSessions(ctx.user, ctx.sessionId),
  })),
});
