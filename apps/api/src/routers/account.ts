import * as schemas from '../schemas/account-schemas.ts';
import { identifiedProcedure, personProcedure, publicProcedure, router } from '../trpc.ts';

export const accountRouter = router({
  /** Who is calling, and for which organisation. */
  me: identifiedProcedure.output(schemas.meOutput).query(({ ctx }) => ctx.identity),

  /** Which ways to sign in there are. */
  signInOptions: publicProcedure
    .output(schemas.signInOptionsOutput)
    .query(({ ctx }) => ctx.signInOptions),

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

  /** Open invitations to the person's address, once it is verified. */
  invitations: personProcedure
    .output(schemas.receivedInvitationsOutput)
    .query(({ ctx }) => ctx.invitations.received(ctx.user)),

  acceptInvitation: personProcedure
    .input(schemas.invitationInput)
    .output(schemas.organisationSchema)
    .mutation(({ ctx, input }) => ctx.invitations.acceptReceived(ctx.user, input)),

  rejectInvitation: personProcedure
    .input(schemas.invitationInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.invitations.declineReceived(ctx.user, input);
      return {};
    }),

  /** How the person can sign in. */
  signInMethods: personProcedure
    .output(schemas.signInMethodsOutput)
    .query(({ ctx }) => ctx.accounts.signInMethods(ctx.user)),

  /** The first password of a person without one; ends all other sessions. */
  setPassword: personProcedure
    .input(schemas.setPasswordInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.setPassword(ctx.user, ctx.sessionId, input);
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
