import * as schemas from '../schemas/account-schemas.ts';
import { personProcedure, publicProcedure, router } from '../trpc.ts';

/** The invitation of a link; the secret in it authorises the caller. */
export const invitationRouter = router({
  find: publicProcedure
    .input(schemas.invitationTokenInput)
    .output(schemas.invitationDetailsOutput)
    .query(({ ctx, input }) => ctx.invitations.find(input)),

  /** Creates an account for the invited address as a member of the organisation. */
  join: publicProcedure
    .input(schemas.joinInput)
    .output(schemas.joinOutput)
    .mutation(({ ctx, input }) => ctx.invitations.join(input)),

  decline: publicProcedure
    .input(schemas.invitationTokenInput)
    .output(schemas.nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.invitations.decline(input);
      return {};
    }),

  /** Makes the person a member and switches the session to that organisation. */
  accept: personProcedure
    .input(schemas.invitationTokenInput)
    .output(schemas.organisationSchema)
    .mutation(async ({ ctx, input }) => {
      const joined = await ctx.invitations.accept(ctx.user, input);
      const organisation = { organisationId: joined.id };
      await ctx.accounts.switchOrganisation(ctx.user, ctx.sessionId, organisation);
      return joined;
    }),
});
