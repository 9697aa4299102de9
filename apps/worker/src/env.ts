import {
  type Keyring,
  parseKeyring,
  readSharedEnv,
  type RunSettings,
  RunSettingsEnvError,
  runSettingsFromEnv,
  SecretError,
  SHARED_ENV,
  type SharedEnv,
  webhookUrlFrom,
  withoutEmpty,
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
  ...SHARED_ENV,
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
});

export interface WorkerEnv extends SharedEnv {
  keyring: Keyring;
  /** Maximum number of concurrent transactions. */
  concurrency: number;
  /** Address at which stores reach us with webhooks; null if they cannot. */
  webhookUrl: string | null;
  /** Address of the dashboard for links, without a trailing slash. */
  publicUrl: string;
  /** Settings of scheduled runs, unless the store overrides them. */
  runSettings: RunSettings;
  /** Recurring jobs of the operator's own crontab. */
  cronItems: ParsedCronItem[];
  /** Milliseconds that a run may make no progress before it needs a decision. */
  stuckMs: number;
  /** Milliseconds without a heartbeat after which others take over. */
  deadAfterMs: number;
  logLevel: string;
  telemetry: TelemetryEnv;
}

/** The problems of the environment, one line per variable. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Reads the worker's environment. @throws EnvError that names each invalid variable */
export function readEnv(variables: Record<string, string | undefined>): WorkerEnv {
  const given = withoutEmpty(variables);
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new EnvError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'),
    );
  }
  const env = parsed.data;
  const shared = readSharedEnv(env);
  return {
    ...shared,
    keyring: readKeyring(env.MANTIS_SECRET_KEYS, env.NODE_ENV === 'production'),
    webhookUrl: webhookUrlFrom(
      env.MANTIS_WEBHOOK_URL,
      env.PUBLIC_URL,
      shared.allowStoreHosts.length > 0,
    ),
    publicUrl: new URL(env.PUBLIC_URL ?? DEFAULT_PUBLIC_URL).origin,
    concurrency: env.WORKER_CONCURRENCY,
    runSettings: readRunSettings(given),
    cronItems: readCronItems(env.MANTIS_CRONTAB),
    stuckMs: env.MANTIS_STUCK_MINUTES * 60_000,
    deadAfterMs: env.MANTIS_DEAD_AFTER_SECONDS * 1_000,
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
