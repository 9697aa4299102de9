import { type Caller, type RunStatus, STARTABLE_KINDS, SyncError } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance } from 'fastify';
import { type ZodError, ZodRealError } from 'zod';
import { WrongOrganisationError } from '../auth/access-errors.ts';
import { type Context, type ContextDeps, createContext } from '../context.ts';
import { appRouter } from '../routers/app-router.ts';
import {
  type SyncAnswer,
  syncEnvelope,
  type SyncRequest,
  syncRequest,
} from '../schemas/integration-schemas.ts';
import { camelKeys } from '../snake-case.ts';
import { requireIdentity } from './require-identity.ts';
import { toSyncAnswer } from './to-sync-answer.ts';

export const SYNC_PATH = '/api/v1/integrations/woocommerce/sync/customers';

/** The logged reason of a run that was forced done without one. */
const NO_REASON = 'no reason given';

/** Maximum number of stores named in an error. */
const NAMED_STORES = 20;

type Procedures = ReturnType<typeof appRouter.createCaller>;
type Asked<Action> = Extract<SyncRequest, { action: Action }>;
type Said = Pick<SyncAnswer, 'message' | 'created' | 'retried_lines' | 'cancelled_lines'>;

/**
 * The endpoint of the previous integration: the four actions under one address. It calls the procedures of
 * `sync`, so that their access rules, limits and errors apply.
 */
export function integrationRoutes(deps: ContextDeps & { publicUrl: string }) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.post(SYNC_PATH, async (request, reply) => {
      const context = createContext(deps, request.id, fromNodeHeaders(request.headers));
      const { caller } = await requireIdentity(context);
      const asked = await readRequest(context, caller, request.body);
      const { run, said } = await act(appRouter.createCaller(context), asked);
      const place = { orgId: caller.orgId, publicUrl: deps.publicUrl };
      reply.code(asked.action === 'start' ? 202 : 200);
      return toSyncAnswer(run, said, place);
    });
    app.get(SYNC_PATH, (_request, reply) => {
      reply.header('allow', 'POST');
      throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
    });
    done();
  };
}

/** Rejected bodies count as calls too; accepted ones are counted by their procedure. */
async function readRequest(
  { calls }: Context,
  { orgId }: Caller,
  body: unknown,
): Promise<SyncRequest> {
  try {
    return parseRequest(body, orgId);
  } catch (error) {
    await calls.count(orgId, 'call');
    throw error;
  }
}

function parseRequest(body: unknown, orgId: string): SyncRequest {
  const envelope = syncEnvelope.safeParse(body ?? {});
  if (!envelope.success) throw invalid(envelope.error);
  if (envelope.data.org_id.toLowerCase() !== orgId) throw new WrongOrganisationError();
  const request = syncRequest.safeParse(body);
  if (!request.success) throw invalid(request.error);
  return request.data;
}

async function act(
  procedures: Procedures,
  asked: SyncRequest,
): Promise<{ run: RunStatus; said: Said }> {
  const { sync } = procedures;
  if (asked.action === 'start') {
    const { run, created, message } = await start(procedures, asked);
    return { run, said: { message, created } };
  }
  if (asked.action === 'status') {
    const run = await findRun(procedures, asked);
    return { run, said: { message: run.phaseText } };
  }
  const { queue_id: runId } = asked;
  if (asked.store_id !== undefined) await findRun(procedures, asked);
  if (asked.action === 'retry') {
    const retried = await sync.retry({ runId, override: asked.override });
    const { run, message, retriedLines } = retried;
    return { run, said: { message, retried_lines: retriedLines } };
  }
  const forced = await sync.forceDone({ runId, reason: asked.reason ?? NO_REASON });
  const { run, message, cancelledLines } = forced;
  return { run, said: { message, cancelled_lines: cancelledLines } };
}

async function start(
  procedures: Procedures,
  { store_id, idempotency_key: idempotencyKey, config = {} }: Asked<'start'>,
): ReturnType<Procedures['sync']['start']> {
  const { kind, ...settings } = config;
  const storeId = store_id ?? (await findOnlyStore(procedures));
  return procedures.sync.start({ storeId, kind, idempotencyKey, settings: camelKeys(settings) });
}

/** The given run, or the newest one that is not a webhook run. */
async function findRun(
  { sync, store }: Procedures,
  {
    queue_id: runId,
    store_id: storeId,
  }: Pick<SyncRequest, 'store_id'> & { queue_id?: string | undefined },
): Promise<RunStatus> {
  if (runId !== undefined) {
    const run = await sync.status({ runId });
    if (storeId === undefined || storeId.toLowerCase() === run.storeId) return run;
    throw new SyncError('run_not_found', 'This store has no such run.');
  }
  if (storeId !== undefined) await store.get({ storeId });
  const { items } = await sync.list({ storeId, kinds: [...STARTABLE_KINDS], limit: 1 });
  if (!items[0]) throw new SyncError('run_not_found', 'No run has been started yet.');
  return items[0];
}

async function findOnlyStore({ store }: Procedures): Promise<string> {
  const stores = await store.list();
  const [first, ...others] = stores;
  if (!first) throw new SyncError('store_not_found', 'The organisation has no store yet.');
  if (others.length === 0) return first.id;
  const names = stores.slice(0, NAMED_STORES).map(({ id, name }) => `${id} (${name})`);
  const message = `The organisation has ${stores.length} stores; name one: ${names.join(', ')}`;
  throw invalid(
    new ZodRealError([{ code: 'custom', path: ['store_id'], message, input: undefined }]),
  );
}

function invalid(cause: ZodError): TRPCError {
  return new TRPCError({ code: 'BAD_REQUEST', cause });
}
