import { randomUUID } from 'node:crypto';
import { createSharedCalls, type DeliveryReceiver } from '@mantis-sync/sync-core';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { fromNodeHeaders } from 'better-auth/node';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createPeople, type People, type PeopleDeps } from './auth/create-people.ts';
import { createContext, type ContextDeps, type Streams } from './context.ts';
import { answerUnreadable } from './http/answer-unreadable.ts';
import { authRoutes } from './http/auth-routes.ts';
import { closeConnections } from './http/close-connections.ts';
import { dashboardRoutes, readIndex } from './http/dashboard-routes.ts';
import { healthRoutes } from './http/health-routes.ts';
import { AUTHORIZATION_PATH, authorizationRoutes } from './http/authorization-routes.ts';
import { exportRoutes } from './http/export-routes.ts';
import { handleErrors, logFailure } from './http/handle-errors.ts';
import { integrationRoutes } from './http/integration-routes.ts';
import { openApiRoutes } from './http/openapi-routes.ts';
import { refuseCrossSite } from './http/refuse-cross-site.ts';
import { refuseMethod } from './http/refuse-method.ts';
import { runFileRoutes } from './http/run-file-routes.ts';
import { securityHeaders } from './http/security-headers.ts';
import { WEBHOOK_PATH, webhookRoutes } from './http/webhook-routes.ts';
import { trustedOrigins } from './http/trusted-origins.ts';
import { createStreamLimits } from './live/stream-limits.ts';
import { type ApiMetrics, silentApiMetrics } from './observe/api-metrics.ts';
import { observeRequests } from './observe/observe-requests.ts';
import { retryAfterSeconds } from './public-error.ts';
import { appRouter, type AppRouter } from './routers/app-router.ts';

const bodyLimitBytes = 1_048_576;
const maxBatchSize = 10;
const requestTimeoutMs = 30_000;

export interface ApiDeps
  extends Omit<ContextDeps, keyof People | keyof Streams | 'metrics'>, PeopleDeps {
  deliveries: DeliveryReceiver;
  /** Folder of the built dashboard. */
  webDir: string;
  /** Proxies whose X-Forwarded-For is trusted: addresses, networks, or `loopback`. */
  trustProxy?: string;
  /** Time for a request to arrive, in milliseconds; 30 s unless given. */
  requestTimeoutMs?: number;
  /** A login that may read the applied migrations; `database` unless given. */
  migrationsUrl?: string;
  /** How long `/readyz` caches the state of the migrations, in milliseconds; seconds unless given. */
  migrationsCacheMs?: number;
  log: Logger;
  /** No metrics unless given. */
  metrics?: ApiMetrics | undefined;
}

export interface Api {
  app: FastifyInstance;
  /** Ends the streams, then waits for running requests. Closes none of the given parts except `live`. */
  close(): Promise<void>;
}

/** Creates the HTTP server; the caller listens. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const { log, publicUrl, metrics = silentApiMetrics } = deps;
  const streams = { share: createSharedCalls(deps.pace), streamLimits: createStreamLimits() };
  const context = { ...deps, ...createPeople(deps), ...streams, metrics };
  const origins = trustedOrigins(publicUrl);
  const headers = securityHeaders(publicUrl, await readIndex(deps.webDir));
  const requestTimeout = deps.requestTimeoutMs ?? requestTimeoutMs;
  const app = Fastify({
    loggerInstance: log,
    // Its log lines would contain query strings, and with them sign-in tokens.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    trustProxy: deps.trustProxy ?? false,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // tRPC puts the procedure names of a batch into the path.
    routerOptions: { maxParamLength: 2_000 },
    requestTimeout,
    // Node exchanges the two timeouts if that of the headers, a minute by default, is the longer one.
    http: {
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
    },
    ...answerUnreadable(headers),
    // With our logger Fastify infers a type of its own, which plugins do not accept.
  }) as unknown as FastifyInstance;

  closeConnections(app);
  handleErrors(app, log);
  observeRequests(app, metrics);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
    refuseMethod(request, reply);
    if (!isFromStores(request.url)) refuseCrossSite(request, origins);
  });
  await app.register(authRoutes(deps));
  await app.register(healthRoutes(deps));
  await app.register(webhookRoutes({ ...deps, metrics }));
  await app.register(integrationRoutes({ ...context, publicUrl }));
  await app.register(exportRoutes({ ...context, log }));
  await app.register(runFileRoutes({ ...context, log }));
  await app.register(openApiRoutes(publicUrl));
  await app.register(authorizationRoutes(deps));
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      maxBatchSize,
      createContext: ({ req }) => createContext(context, req.id, fromNodeHeaders(req.headers)),
      responseMeta: ({ errors }) => ({ headers: retryAfter(errors) }),
      onError: ({ error, path, req }) => logFailure(log, error, { requestId: req.id, path }),
    },
  } satisfies FastifyTRPCPluginOptions<AppRouter>);
  await dashboardRoutes(app, deps.webDir);

  return {
    app,
    async close() {
      await deps.live.close();
      await app.close();
      await deps.deliveries.close();
      await deps.mailer.idle();
    },
  };
}

/** Endpoints for the servers of stores, which send no session. */
function isFromStores(url: string): boolean {
  return url.startsWith(WEBHOOK_PATH) || url === AUTHORIZATION_PATH;
}

/** Retry-After of a batch: that of the first call that needs it. */
function retryAfter(errors: readonly Error[]): Record<string, string> {
  const seconds = errors.map(retryAfterSeconds).find((each) => each !== null);
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}
