import { readFileSync } from 'node:fs';
import {
  isConnectionFailure,
  refuseTransactionPooler,
  TransactionPoolerError,
} from '@mantis-sync/db';
import { armFailpoint, LOG_SAFETY } from '@mantis-sync/sync-core';
import { LOG_CONTEXT, startTelemetry, type Telemetry } from '@mantis-sync/telemetry';
import { pino } from 'pino';
import { awaitSchema } from './await-schema.ts';
import type { Worker } from './create-worker.ts';
import { EnvError, readEnv, type WorkerEnv } from './env.ts';
import { superviseWorker } from './supervise-worker.ts';
import { createWorkerMetrics } from './worker-metrics.ts';

/** A worker that cannot stop within this time is killed; other workers take over its runs. */
const STOP_MS = 10_000;

const env = readEnvOrExit();
const log = pino({ name: 'worker', level: env.logLevel, ...LOG_SAFETY, ...LOG_CONTEXT });
// Any other error here is a bug: a new process and the sweep are safer than continuing.
process.on('unhandledRejection', (error) => {
  // graphile-worker stops permanently if it cannot complete a job; `superviseWorker` restarts it.
  if (isConnectionFailure(error)) log.warn({ err: error }, 'lost the database');
  else fail(error);
});

if (env.failpoint !== null) armFailpoint(env.failpoint);

let telemetry: Telemetry | undefined;
let worker: Worker | undefined;
let stopping = false;
// From the start: the first process of a container ignores signals without a handler.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
// The parent process is gone, and may have sent a stop signal before.
process.on('disconnect', () => stopping || void stop());

worker = await start().catch((error: unknown) => fail(error));
void watchForFailure(worker);
const metricsServer = await telemetry?.serve(log).catch((error: unknown) => fail(error));
process.send?.({ type: 'ready', ...(metricsServer && { metricsUrl: metricsServer.url }) });

async function start(): Promise<Worker> {
  telemetry = await startTelemetry('mantis-worker', env.telemetry);
  await refuseTransactionPooler(env.databaseUrl);
  await awaitSchema(env.databaseUrl, log);
  return superviseWorker({
    databaseUrl: env.databaseUrl,
    tenantDatabaseUrl: env.tenantDatabaseUrl,
    keyring: env.keyring,
    allowStoreHosts: env.allowStoreHosts,
    storeCa: env.storeCaFile === undefined ? undefined : readFileSync(env.storeCaFile, 'utf8'),
    concurrency: env.concurrency,
    webhookUrl: env.webhookUrl,
    publicUrl: env.publicUrl,
    smtp: env.smtp,
    runSettings: env.runSettings,
    cronItems: env.cronItems,
    retentionDays: env.retentionDays,
    deadAfterMs: env.deadAfterMs,
    stuckMs: env.stuckMs,
    metrics: telemetry.registry ? createWorkerMetrics(telemetry.registry) : undefined,
    tracing: telemetry.isTracing,
    log,
  });
}

async function watchForFailure({ failed }: Worker): Promise<void> {
  const error = await failed;
  if (!stopping) fail(error);
}

/** A second signal stops immediately: the sweep of another worker reclaims the leases. */
async function stop(): Promise<void> {
  if (stopping) fail(new Error('received a second stop signal'));
  stopping = true;
  log.info('stopping');
  setTimeout(() => fail(new Error(`could not stop within ${STOP_MS} ms`)), STOP_MS).unref();
  // Until it is ready it holds nothing that another worker could not reclaim.
  await worker?.stop();
  await telemetry?.close();
  process.exit(0);
}

function readEnvOrExit(): WorkerEnv {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function fail(error: unknown): never {
  if (error instanceof TransactionPoolerError) {
    console.error(error.message);
    process.exit(1);
  }
  log.fatal({ err: error }, 'worker failed');
  process.exit(1);
}
