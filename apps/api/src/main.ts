import { createDatabase, refuseTransactionPooler } from '@mantis-sync/db';
import { createPrisma } from '@mantis-sync/db/prisma';
import {
  armFailpoint,
  LOG_SAFETY,
  parseKeyring,
  SecretError,
  type Keyring,
} from '@mantis-sync/sync-core';
import {
  LOG_CONTEXT,
  measurePool,
  MetricsPortError,
  startTelemetry,
  type Registry,
} from '@mantis-sync/telemetry';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { createAuth } from './auth/create-auth.ts';
import { createApi } from './create-api.ts';
import { createServices } from './create-services.ts';
import { EnvError, readEnv, type Env } from './env.ts';
import { createLiveRuns } from './live/live-runs.ts';
import {
  createLogSender,
  createNoSender,
  createSmtpSender,
  type MailSender,
} from './mail/mail-sender.ts';
import { createMailer } from './mail/mailer.ts';
import { type ApiMetrics, createApiMetrics } from './observe/api-metrics.ts';
import { measureFleet } from './observe/measure-fleet.ts';

const pollMs = 5_000;
const pace = { gapMs: 100, recheckMs: 30_000 };
const shutdownMs = 5_000;

const { env, keyring } = readConfigOrExit();
const log = pino({ name: 'mantis-api', level: env.logLevel, ...LOG_SAFETY, ...LOG_CONTEXT });
if (env.authSecret === undefined) {
  log.warn('AUTH_SECRET is not set: all sessions end with this process');
}

if (env.failpoint !== null) armFailpoint(env.failpoint);

await refuseTransactionPooler(env.databaseUrl).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const telemetry = await startTelemetry('mantis-api', env.telemetry);
const database = createDatabase({
  url: env.tenantDatabaseUrl,
  applicationName: 'mantis-api',
  log,
});
const prisma = createPrisma({ url: env.databaseUrl, applicationName: 'mantis-api-auth', log });
const live = createLiveRuns({ url: env.databaseUrl, pollMs, log });
const defaults = env.runSettings;
const ca = env.storeCaFile === undefined ? undefined : await readFile(env.storeCaFile, 'utf8');
const mailer = createMailer({ prisma, sendMail: mailSender(), delivers: env.smtp !== null, log });
const auth = createAuth({
  prisma,
  secret: env.authSecret ?? randomBytes(32).toString('hex'),
  publicUrl: env.publicUrl,
  allowSignUp: env.openTo.signUp,
  rateLimit: env.isProduction,
  mailer,
  log,
});
const metrics = telemetry.registry ? measureApi(telemetry.registry) : undefined;
const api = await createApi({
  ...createServices({
    database,
    keyring,
    defaults,
    allowHosts: env.allowStoreHosts,
    ca,
    defaultRetentionDays: env.retentionDays,
    canSendMail: env.smtp !== null,
    publicUrl: env.publicUrl,
    callbackBase: env.callbackBase,
  }),
  auth,
  mailer,
  openTo: env.openTo,
  callLimits: env.callLimits,
  prisma,
  database,
  migrationsUrl: env.databaseUrl,
  live,
  pace,
  publicUrl: env.publicUrl,
  webDir: env.webDir,
  metrics,
  ...(env.trustProxy !== undefined && { trustProxy: env.trustProxy }),
  log,
});

let stopping: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
  process.on(signal, () => (stopping ??= stop()));
}

try {
  await api.app.listen({ host: env.host, port: env.port });
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  exitWith(`Port ${env.port} of ${env.host} is in use. Set PORT to another one.`);
}
const metricsServer = await telemetry.serve(log).catch((error: unknown) => {
  if (!(error instanceof MetricsPortError)) throw error;
  return exitWith(error.message);
});
log.info({ url: env.publicUrl }, 'listening');
process.send?.({
  type: 'ready',
  url: env.publicUrl,
  ...(metricsServer && { metricsUrl: metricsServer.url }),
});

function measureApi(registry: Registry): ApiMetrics {
  measureFleet(registry, database);
  measurePool(registry, { api: () => database.poolUse() });
  return createApiMetrics(registry, live);
}

/** In development mails are logged; elsewhere the log must not contain sign-in links. */
function mailSender(): MailSender {
  if (env.smtp) return createSmtpSender({ ...env.smtp, log });
  return env.isProduction ? createNoSender(log) : createLogSender(log);
}

/** Closes streams, requests and connections, in this order; whatever does not end is cut off. */
async function stop(): Promise<void> {
  const deadline = setTimeout(() => {
    log.warn('requests did not end in time and were cut off');
    process.exit(0);
  }, shutdownMs);
  await api.close();
  await Promise.all([database.close(), prisma.$disconnect(), telemetry.close()]);
  clearTimeout(deadline);
  process.exit(0);
}

function readConfigOrExit(): { env: Env; keyring: Keyring } {
  try {
    const checked = readEnv();
    return {
      env: checked,
      keyring: parseKeyring(checked.secretKeys, { refuseWeak: checked.isProduction }),
    };
  } catch (error) {
    if (error instanceof EnvError) return exitWith(error.message);
    if (error instanceof SecretError) return exitWith(`MANTIS_SECRET_KEYS: ${error.message}`);
    throw error;
  }
}

function exitWith(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
