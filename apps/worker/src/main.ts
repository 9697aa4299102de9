import { readFileSync } from 'node:fs';
import { isConnectionFailure } from '@mantis-sync/db';
import { armFailpoint, LOG_SAFETY } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { EnvError, readEnv, type WorkerEnv } from './env.ts';
import { keepWorker } from './keep-worker.ts';

/** A worker that cannot stop in this time is ended; its runs go on elsewhere. */
const STOP_MS = 10_000;

const env = readEnvOrExit();
const log = pino({ name: 'worker', level: env.logLevel, ...LOG_SAFETY });
// Whatever else comes here is a bug: a fresh process and the sweep are safer than a crippled one.
process.on('unhandledRejection', (error) => {
  // graphile-worker leaves what it cannot settle to nobody; `keepWorker` starts it anew.
  if (isConnectionFailure(error)) log.warn({ err: error }, 'lost the database');
  else fail(error);
});

if (env.failpoint !== null) armFailpoint(env.failpoint);

const worker = await keepWorker({
  databaseUrl: env.databaseUrl,
  keyring: env.keyring,
  allowStoreHosts: env.allowStoreHosts,
  storeCa: env.storeCaFile === undefined ? undefined : readFileSync(env.storeCaFile, 'utf8'),
  concurrency: env.concurrency,
  webhookUrl: env.webhookUrl,
  runSettings: env.runSettings,
  retentionDays: env.retentionDays,
  stuckMs: env.stuckMs,
  log,
}).catch((error: unknown) => fail(error));

let stopping = false;
void watchForFailure();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
// Whoever forked us is gone, and may have told us to stop before that.
process.on('disconnect', () => stopping || void stop());
process.send?.({ type: 'ready' });

async function watchForFailure(): Promise<void> {
  const error = await worker.failed;
  if (!stopping) fail(error);
}

/** A second signal does not wait for the first: the sweep of another worker takes back what is in hand. */
async function stop(): Promise<void> {
  if (stopping) fail(new Error('told to stop twice'));
  stopping = true;
  setTimeout(() => fail(new Error(`could not stop within ${STOP_MS} ms`)), STOP_MS).unref();
  await worker.stop();
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
  log.fatal({ err: error }, 'worker failed');
  process.exit(1);
}
