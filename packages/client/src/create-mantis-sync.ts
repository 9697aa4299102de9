import { exportCustomers, type ExportOptions } from './export-customers.ts';
import { NotFoundError } from './mantis-sync-error.ts';
import type { ActivityEntry, Diagnosis, Run, Store } from './run.ts';
import { toMantisError } from './to-mantis-error.ts';
import {
  createMantisTrpcClient,
  type MantisConnection,
  type MantisInputs,
  type MantisOutputs,
  type MantisTrpcClient,
} from './trpc.ts';
import { type WaitOptions, waitUntilDone } from './wait-until-done.ts';
import { type Progress, type WatchOptions, watchRun } from './watch-run.ts';

type Inputs = MantisInputs['sync'];
type StoreInputs = MantisInputs['store'];
type Outputs = MantisOutputs['sync'];

export interface CallOptions {
  signal?: AbortSignal;
}

/** The client of Mantis Sync. Every call throws `MantisSyncError`. */
export interface MantisSync {
  /** Starts a run and returns immediately. The same idempotency key returns the same run; a store has one active run. */
  start(input: Inputs['start'], options?: CallOptions): Promise<Outputs['start']>;
  status(input: { runId: string }, options?: CallOptions): Promise<Run>;
  /** Starts a new round over the failed customers. @throws OverrideRequiredError once the run needs a decision */
  retry(input: Inputs['retry'], options?: CallOptions): Promise<Outputs['retry']>;
  /** Cancels what is not done. Always works. */
  forceDone(input: Inputs['forceDone'], options?: CallOptions): Promise<Outputs['forceDone']>;
  /** Yields the current run, then every change. Survives broken connections and restarts of the API. */
  watch(options: WatchOptions): AsyncGenerator<Progress, void>;
  /** Resolves with the run once it is over. @throws ActionRequiredError if the run needs a decision */
  waitUntilDone(options: WaitOptions): Promise<Run>;
  /** The activity of a run, oldest first, optionally after the entry with this number. */
  activity(input: { runId: string; after?: number }): AsyncGenerator<ActivityEntry, void>;
  stores(options?: CallOptions): Promise<Store[]>;
  /** Finds a store by id, or by name ignoring case. @throws NotFoundError */
  findStore(nameOrId: string, options?: CallOptions): Promise<Store>;
  /** Runs, newest first: one page, of 25 unless `limit` says otherwise. */
  runs(input?: Inputs['list'], options?: CallOptions): Promise<Run[]>;
  /** Requests nothing from the store until it is resumed. */
  pauseStore(input: StoreInputs['pause'], options?: CallOptions): Promise<Store>;
  resumeStore(input: StoreInputs['resume'], options?: CallOptions): Promise<Store>;
  /** The organisation of the API key, with its id, and what the key may do. */
  whoAmI(options?: CallOptions): Promise<MantisOutputs['account']['me']>;
  /** Diagnoses a store's connection: what is wrong with it, and what to do. */
  diagnose(input: { storeId: string }, options?: CallOptions): Promise<Diagnosis>;
  /** Encrypts the stored keys of all stores with the server's newest secret key. */
  resealKeys(options?: CallOptions): Promise<MantisOutputs['store']['resealKeys']>;
  /** Customers as CSV. */
  exportCustomers(options?: ExportOptions): Promise<ReadableStream<Uint8Array>>;
  /** The plain tRPC client; throws `TRPCClientError`. */
  trpc: MantisTrpcClient;
}

const PAGE = 100;

export function createMantisSync(connection: MantisConnection): MantisSync {
  const trpc = createMantisTrpcClient(connection);
  const stores = (options?: CallOptions) => known(trpc.store.list.query(undefined, options));

  return {
    start: (input, options) => known(trpc.sync.start.mutate(input, options)),
    status: (input, options) => known(trpc.sync.status.query(input, options)),
    retry: (input, options) => known(trpc.sync.retry.mutate(input, options)),
    forceDone: (input, options) => known(trpc.sync.forceDone.mutate(input, options)),
    watch: (options) => watchRun(trpc, options),
    waitUntilDone: (options) => waitUntilDone(trpc, options),
    activity: (input) => readActivity(trpc, input),
    stores,
    findStore: async (nameOrId, options) => pickStore(await stores(options), nameOrId),
    runs: async (input = {}, options) => (await known(trpc.sync.list.query(input, options))).items,
    pauseStore: (input, options) => known(trpc.store.pause.mutate(input, options)),
    resumeStore: (input, options) => known(trpc.store.resume.mutate(input, options)),
    whoAmI: (options) => known(trpc.account.me.query(undefined, options)),
    diagnose: (input, options) => known(trpc.store.diagnose.mutate(input, options)),
    resealKeys: (options) => known(trpc.store.resealKeys.mutate(undefined, options)),
    exportCustomers: (options = {}) => exportCustomers(connection, options),
    trpc,
  };
}

async function known<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toMantisError(error);
  }
}

async function* readActivity(
  trpc: MantisTrpcClient,
  { runId, after = 0 }: { runId: string; after?: number },
): AsyncGenerator<ActivityEntry, void> {
  let last = after;
  for (;;) {
    const { items } = await known(trpc.sync.activity.query({ runId, after: last, limit: PAGE }));
    yield* items;
    if (items.length < PAGE) return;
    last = items.at(-1)?.seq ?? last;
  }
}

function pickStore(stores: Store[], nameOrId: string): Store {
  const byId = stores.find(({ id }) => id === nameOrId);
  if (byId) return byId;
  const named = stores.filter(({ name }) => name.toLowerCase() === nameOrId.toLowerCase());
  if (named.length === 1 && named[0]) return named[0];
  throw new NotFoundError({
    code: named.length > 1 ? 'store_ambiguous' : 'store_not_found',
    message: named.length > 1 ? 'Several stores have this name' : 'This store does not exist',
    advice: `Use the ${named.length > 1 ? 'id' : 'name or id'} of one of these stores: ${stores.map(({ id, name }) => `${name} (${id})`).join(', ') || 'none is connected'}.`,
  });
}
