import * as schemas from '../schemas/store-schemas.ts';
import {
  adminProcedure,
  diagnoseProcedure,
  operateProcedure,
  ownerProcedure,
  ownerTrialProcedure,
  readProcedure,
  router,
  trialProcedure,
} from '../trpc.ts';

export const storeRouter = router({
  /** The organisation's stores. */
  list: readProcedure
    .output(schemas.storeListOutput)
    .query(({ ctx }) => ctx.stores.list(ctx.caller)),

  get: readProcedure
    .input(schemas.storeInput)
    .output(schemas.storeViewSchema)
    .query(({ ctx, input }) => ctx.stores.get(ctx.caller, input)),

  /** Who did what to a store and its runs, newest first. */
  activity: readProcedure
    .input(schemas.storeActivityInput)
    .output(schemas.storeActivityOutput)
    .query(({ ctx, input }) => ctx.stores.activity(ctx.caller, input)),

  /** The runs of a store by day, for charts. */
  runDays: readProcedure
    .input(schemas.runDaysInput)
    .output(schemas.runDaysOutput)
    .query(({ ctx, input }) => ctx.stores.runDays(ctx.caller, input)),

  /** Tests address and keys against the store, then saves them, the keys encrypted. */
  connect: trialProcedure
    .input(schemas.connectInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.connect(ctx.caller, input)),

  /** New keys are tested against the store before they are saved. */
  update: adminProcedure
    .input(schemas.updateInput)
    .output(schemas.storeViewSchema)
    .mutation(async ({ ctx, input }) => {
      if (input.consumerKey !== undefined || input.webLogin !== undefined)
        await ctx.calls.count(ctx.caller.orgId, 'trial');
      return ctx.stores.update(ctx.caller, input);
    }),

  /** Diagnoses the connection of a store: problems and fixes. */
  diagnose: diagnoseProcedure
    .input(schemas.storeInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.diagnose(ctx.caller, input)),

  /** Hides a warning of the diagnosis, or shows it again. */
  dismissFinding: operateProcedure
    .input(schemas.dismissFindingInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.dismissFinding(ctx.caller, input)),

  /** The same for a store that is not connected; nothing is saved. */
  tryConnection: trialProcedure
    .input(schemas.tryConnectionInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.tryConnection(ctx.caller, input)),

  /** Probes an address without keys: whether a store responds, and how it can be connected. */
  probe: trialProcedure
    .input(schemas.probeInput)
    .output(schemas.probeOutput)
    .mutation(({ ctx, input }) => ctx.authorizations.probe(ctx.caller, input)),

  /** Starts to connect a store with one click in WooCommerce; for people, who are redirected there and back. */
  beginAuthorization: ownerTrialProcedure
    .input(schemas.beginAuthorizationInput)
    .output(schemas.begunAuthorizationOutput)
    .mutation(({ ctx, input }) =>
      ctx.authorizations.begin(ctx.caller, ctx.user, appNameOf(ctx.identity.organisation), input),
    ),

  /** Starts an authorization again, with the same choices and a new link. */
  repeatAuthorization: ownerTrialProcedure
    .input(schemas.authorizationInput)
    .output(schemas.begunAuthorizationOutput)
    .mutation(({ ctx, input }) =>
      ctx.authorizations.repeat(ctx.caller, ctx.user, appNameOf(ctx.identity.organisation), input),
    ),

  /** The progress of an authorization, for the person who started it. */
  authorization: ownerProcedure
    .input(schemas.authorizationInput)
    .output(schemas.authorizationOutput)
    .query(({ ctx, input }) => ctx.authorizations.get(ctx.caller, ctx.user, input)),

  /** Cancels a pending authorization; the store can no longer answer it. */
  cancelAuthorization: ownerProcedure
    .input(schemas.authorizationInput)
    .output(schemas.authorizationOutput)
    .mutation(({ ctx, input }) => ctx.authorizations.cancel(ctx.caller, ctx.user, input)),

  /** No requests are sent to this store until it is resumed. */
  pause: operateProcedure
    .input(schemas.pauseInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.pause(ctx.caller, input)),

  resume: operateProcedure
    .input(schemas.storeInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.resume(ctx.caller, input)),

  /** Re-encrypts the stored keys of all stores, so that an older encryption key can be removed. */
  resealKeys: adminProcedure
    .output(schemas.resealOutput)
    .mutation(({ ctx }) => ctx.stores.resealKeys(ctx.caller)),

  /** Removes the store with its customers, runs and activity. */
  remove: adminProcedure
    .input(schemas.removeInput)
    .output(schemas.removeOutput)
    .mutation(({ ctx, input }) => ctx.stores.remove(ctx.caller, input)),
});

/** The app name on the store's approval page, which shows its owner who receives the keys. */
function appNameOf(organisation: { name: string } | null): string {
  return organisation ? `Mantis Sync for ${organisation.name}` : 'Mantis Sync';
}
