import * as schemas from '../schemas/store-schemas.ts';
import {
  adminProcedure,
  operateProcedure,
  ownerProcedure,
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

  /** Who did what to a store and its runs, the newest first. */
  activity: readProcedure
    .input(schemas.storeActivityInput)
    .output(schemas.storeActivityOutput)
    .query(({ ctx, input }) => ctx.stores.activity(ctx.caller, input)),

  /** Asks the store whether address and keys are right, then keeps them, the keys encrypted. */
  connect: trialProcedure
    .input(schemas.connectInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.connect(ctx.caller, input)),

  /** New keys are asked of the store before they are kept. */
  update: adminProcedure
    .input(schemas.updateInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.update(ctx.caller, input)),

  /** Examines the connection of a store: what is wrong with it, and what to do. */
  diagnose: operateProcedure
    .input(schemas.storeInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.diagnose(ctx.caller, input)),

  /** Hides a warning of the diagnosis, or shows it again. */
  dismissFinding: operateProcedure
    .input(schemas.dismissFindingInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.dismissFinding(ctx.caller, input)),

  /** The same for a store that is not connected; nothing is kept. */
  tryConnection: trialProcedure
    .input(schemas.tryConnectionInput)
    .output(schemas.diagnosisOutput)
    .mutation(({ ctx, input }) => ctx.stores.tryConnection(ctx.caller, input)),

  /** Looks at an address without keys: whether a store answers there, and how it can be connected. */
  probe: trialProcedure
    .input(schemas.probeInput)
    .output(schemas.probeOutput)
    .mutation(({ ctx, input }) => ctx.authorizations.probe(ctx.caller, input)),

  /** Begins to connect a store by one click at the shop: a person's affair, who is sent there and back. */
  beginAuthorization: ownerProcedure
    .input(schemas.beginAuthorizationInput)
    .output(schemas.begunAuthorizationOutput)
    .mutation(({ ctx, input }) =>
      ctx.authorizations.begin(ctx.caller, ctx.user, appNameOf(ctx.identity.organisation), input),
    ),

  /** How far it is, for the person who began it. */
  authorization: ownerProcedure
    .input(schemas.authorizationInput)
    .output(schemas.authorizationOutput)
    .query(({ ctx, input }) => ctx.authorizations.get(ctx.caller, ctx.user, input)),

  /** Gives it up while it waits: the shop cannot answer it any more. */
  cancelAuthorization: ownerProcedure
    .input(schemas.authorizationInput)
    .output(schemas.authorizationOutput)
    .mutation(({ ctx, input }) => ctx.authorizations.cancel(ctx.caller, ctx.user, input)),

  /** Nothing of this store is asked for until it is resumed. */
  pause: operateProcedure
    .input(schemas.pauseInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.pause(ctx.caller, input)),

  resume: operateProcedure
    .input(schemas.storeInput)
    .output(schemas.storeViewSchema)
    .mutation(({ ctx, input }) => ctx.stores.resume(ctx.caller, input)),

  /** Re-encrypts the stored keys of all stores, so that an older sealing key can be removed. */
  resealKeys: adminProcedure
    .output(schemas.resealOutput)
    .mutation(({ ctx }) => ctx.stores.resealKeys(ctx.caller)),

  /** Removes the store with its customers, runs and log. */
  remove: adminProcedure
    .input(schemas.removeInput)
    .output(schemas.removeOutput)
    .mutation(({ ctx, input }) => ctx.stores.remove(ctx.caller, input)),
});

/** What the shop's page says: its owner must see to whom the keys go. */
function appNameOf(organisation: { name: string } | null): string {
  return organisation ? `Mantis Sync for ${organisation.name}` : 'Mantis Sync';
}
