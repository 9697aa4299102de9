import * as schemas from '../schemas/account-schemas.ts';
import { identifiedProcedure, personProcedure, publicProcedure, router } from '../trpc.ts';

export const accountRouter = router({
  /** The caller and the current organisation. */
  me: identifiedProcedure.output(schemas.meOutput).query(({ ctx }) => ctx.identity),

  /** Like `me`, but null for an anonymous caller: an error would appear in the browser's console. */
  session: publicProcedure.output(schemas.meOutput.nullable()).query(({ ctx }) => ctx.identify()),

  /** The available sign-in methods. */
  signInOptions: publicProcedure
    .output(schemas.signInOptionsOutput)
    .query(({ ctx }) => ctx.signInOptions),

  /** The person's organisations. */
  organisations: personProcedure
    .output(schemas.organisationsOutput)
    .query(({ ctx }) => ctx.accounts.organisations(ctx.user)),

  /** Creates an organisation owned by the person. */
  createOrganisation: personProcedure
    .input(schemas.createOrganisationInput)
    .output(schemas.organisationSchema)
    .mutation(({ ctx, input }) => ctx.accounts.createOrganisation(ctx.user, input)),

  /** Switches the session to another organisation. */
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

  /** Open invitations to the person's address, if it is verified. */
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

  /** The person's sign-in methods. */
  signInMethods: personProcedure
    .output(schemas.signInMethodsOutput)
    .query(({ ctx }) => ctx.accounts.signInMethods(ctx.user)),

  /** Sets the first password of a person without one; ends all other sessions. */
  setPassword: personProcedure
    .input(schemas.setPasswordInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.accounts.setPassword(ctx.user, ctx.sessionId, input);
      return {};
    }),

  /** The person's sessions. */
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

  /** Ends all other sessions of the person. */
  revokeOtherSessions: personProcedure.output(schemas.revokedOutput).mutation(async ({ ctx }) => ({
    revoked: await ctx.accounts.revokeOtherSessions(ctx.user, ctx.sessionId),
  })),
});
