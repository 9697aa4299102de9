import {
  type Keyring,
  parseKeyring,
  type RunSettings,
  RunSettingsEnvError,
  runSettingsFromEnv,
  SecretError,
  webhookUrlFrom,
} from '@mantis-sync/sync-core';
import {
  metricsPort,
  readTelemetryEnv,
  TELEMETRY_ENV,
  type TelemetryEnv,
} from '@mantis-sync/telemetry';
import type { ParsedCronItem } from 'graphile-worker';
import { z } from 'zod';
import { CrontabError, parseUserCrontab, readCrontabText } from './user-crontab.ts';

/** Default port of the API. */
const DEFAULT_PUBLIC_URL = 'http://127.0.0.1:4400';

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }),
  /** A login for tenant data only; DATABASE_URL unless given. */
  TENANT_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' })
    .optional(),
  MANTIS_SECRET_KEYS: z.string({ error: 'is missing: the keys that encrypt the stores’ secrets' }),
  MANTIS_ALLOW_STORE_HOSTS: z.string().default(''),
  MANTIS_STORE_CA_FILE: z.string().optional(),
  /** Address at which stores reach the API; PUBLIC_URL unless given. */
  MANTIS_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Such as `smtps://user:password@mail.example.com`; with MANTIS_MAIL_FROM. */
  MANTIS_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MANTIS_MAIL_FROM: z.string().min(3).optional(),
  MANTIS_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** Minutes that a run may make no progress before it needs a decision. */
  MANTIS_STUCK_MINUTES: z.coerce.number().min(1).max(10_080).default(10),
  /** Seconds without a heartbeat after which others take over; fleet metrics assume eight. */
  MANTIS_DEAD_AFTER_SECONDS: z.coerce.number().min(1).max(8).default(8),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  ...TELEMETRY_ENV,
  MANTIS_WORKER_METRICS_PORT: metricsPort,
  /** The operator's own crontab, or the path of a file with one. */
  MANTIS_CRONTAB: z.string().default(''),
  NODE_ENV: z.string().optional(),
  /** See `armFailpoint`; only used if NODE_ENV is `test`. */
  MANTIS_FAILPOINT: z.string().optional(),
});

export interface WorkerEnv {
  databaseUrl: string;
  tenantDatabaseUrl: string;
  keyring: Keyring;
  allowStoreHosts: string[];
  storeCaFile: string | undefined;
  /** Maximum number of concurrent jobs. */
  concurrency: number;
  /** Address at which stores reach us with webhooks; null if they cannot. */
  webhookUrl: string | null;
  /** Address of the dashboard for links, without a trailing slash. */
  publicUrl: string;
  /** Null: no notification mail is sent. */
  smtp: { url: string; from: string } | null;
  /** Retention in days for organisations without a setting. */
  retentionDays: number;
  /** Settings of scheduled runs, unless the store overrides them. */
  runSettings: RunSettings;
  /** Recurring jobs of the operator's own crontab. */
  cronItems: ParsedCronItem[];
  /** Milliseconds that a run may make no progress before it needs a decision. */
  stuckMs: number;
  /** Milliseconds without a heartbeat after which others take over. */
  deadAfterMs: number;
  /** The failpoint of a test; null outside tests. */
  failpoint: string | null;
  logLevel: string;
  telemetry: TelemetryEnv;
}

/** The problems of the environment, one line per variable. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Reads the worker's environment. @throws EnvError that names each invalid variable */
export function readEnv(variables: Record<string, string | undefined>): WorkerEnv {
  // Empty counts as not set: compose files pass unset variables in this way.
  const given = Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new EnvError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'),
    );
  }
  const env = parsed.data;
  const allowStoreHosts = env.MANTIS_ALLOW_STORE_HOSTS.split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  return {
    databaseUrl: env.DATABASE_URL,
    tenantDatabaseUrl: env.TENANT_DATABASE_URL ?? env.DATABASE_URL,
    keyring: readKeyring(env.MANTIS_SECRET_KEYS, env.NODE_ENV === 'production'),
    allowStoreHosts,
    webhookUrl: webhookUrlFrom(env.MANTIS_WEBHOOK_URL, env.PUBLIC_URL, allowStoreHosts.length > 0),
    publicUrl: new URL(env.PUBLIC_URL ?? DEFAULT_PUBLIC_URL).origin,
    smtp:
      env.MANTIS_SMTP_URL !== undefined && env.MANTIS_MAIL_FROM !== undefined
        ? { url: env.MANTIS_SMTP_URL, from: env.MANTIS_MAIL_FROM }
        : null,
    storeCaFile: env.MANTIS_STORE_CA_FILE,
    concurrency: env.WORKER_CONCURRENCY,
    retentionDays: env.MANTIS_RETENTION_DAYS,
    runSettings: readRunSettings(given),
    cronItems: readCronItems(env.MANTIS_CRONTAB),
    stuckMs: env.MANTIS_STUCK_MINUTES * 60_000,
    deadAfterMs: env.MANTIS_DEAD_AFTER_SECONDS * 1_000,
    failpoint: env.NODE_ENV === 'test' ? (env.MANTIS_FAILPOINT ?? null) : null,
    logLevel: env.LOG_LEVEL,
    telemetry: readTelemetryEnv(env, env.MANTIS_WORKER_METRICS_PORT),
  };
}

function readKeyring(text: string, isProduction: boolean): Keyring {
  try {
    return parseKeyring(text, { refuseWeak: isProduction });
  } catch (error) {
    if (error instanceof SecretError) throw new EnvError(`MANTIS_SECRET_KEYS: ${error.message}`);
    throw error;
  }
}

function readCronItems(textOrPath: string): ParsedCronItem[] {
  try {
    return parseUserCrontab(readCrontabText(textOrPath));
  } catch (error) {
    if (error instanceof CrontabError) throw new EnvError(`MANTIS_CRONTAB: ${error.message}`);
    throw error;
  }
}

function readRunSettings(variables: Record<string, string | undefined>): RunSettings {
  try {
    return runSettingsFromEnv(variables);
  } catch (error) {
    if (error instanceof RunSettingsEnvError) throw new EnvError(error.message);
    throw error;
  }
}
