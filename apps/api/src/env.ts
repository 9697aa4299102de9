import { isAbsolute, resolve } from 'node:path';
import {
  isWeakSecret,
  readSharedEnv,
  type RunSettings,
  RunSettingsEnvError,
  runSettingsFromEnv,
  SHARED_ENV,
  type SharedEnv,
  withoutEmpty,
} from '@mantis-sync/sync-core';
import {
  metricsPort,
  readTelemetryEnv,
  TELEMETRY_ENV,
  type TelemetryEnv,
} from '@mantis-sync/telemetry';
import { z } from 'zod';
import type { CallLimits } from './auth/call-limits.ts';
import type { OpenTo } from './auth/create-people.ts';

const appDir = resolve(import.meta.dirname, '..');

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const envSchema = z
  .object({
    NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
    ...SHARED_ENV,
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(1).max(65_535).default(4400),
    /** Signs sessions. Generated outside production; sessions then end with the process. */
    AUTH_SECRET: z.string().min(32).optional(),
    /** Whether anyone may create an account; default: yes outside production. */
    MANTIS_ALLOW_SIGN_UP: flag.optional(),
    /** Whether anyone with an account may create organisations; MANTIS_ALLOW_SIGN_UP unless set. */
    MANTIS_ALLOW_NEW_ORGANISATIONS: flag.optional(),
    /** Proxies whose X-Forwarded-For is trusted: addresses, networks, or `loopback`. */
    MANTIS_TRUST_PROXY: z.string().min(1).optional(),
    /** Of an organisation, across processes. */
    MANTIS_CALLS_PER_MINUTE: z.coerce.number().int().min(1).default(1_200),
    MANTIS_STARTS_PER_MINUTE: z.coerce.number().int().min(1).default(10),
    /** Connection tests of an organisation: each sends requests to an address of its choice. */
    MANTIS_TRIALS_PER_MINUTE: z.coerce.number().int().min(1).default(10),
    ...TELEMETRY_ENV,
    MANTIS_METRICS_PORT: metricsPort,
    MANTIS_WEB_DIR: z.string().default('../web/dist'),
  })
  .refine((env) => (env.MANTIS_SMTP_URL === undefined) === (env.MANTIS_MAIL_FROM === undefined), {
    path: ['MANTIS_SMTP_URL'],
    when: () => true,
    error: 'set it together with MANTIS_MAIL_FROM',
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.AUTH_SECRET !== undefined, {
    path: ['AUTH_SECRET'],
    // Checked even if there are other problems, so that all are reported together.
    when: () => true,
    error: 'required in production: 32 characters or more, such as those of `openssl rand -hex 32`',
  })
  .refine((env) => env.NODE_ENV !== 'production' || !isWeakSecret(env.AUTH_SECRET ?? ''), {
    path: ['AUTH_SECRET'],
    when: () => true,
    error: 'too few different characters; take the output of `openssl rand -hex 32`',
  });

/** The validated environment. */
export interface Env extends SharedEnv {
  isProduction: boolean;
  host: string;
  port: number;
  publicUrl: string;
  /** Address for the keys of authorized stores; null if stores cannot reach us. */
  callbackBase: string | null;
  /** Undefined outside production only. */
  authSecret: string | undefined;
  secretKeys: string;
  openTo: OpenTo;
  trustProxy: string | undefined;
  callLimits: CallLimits;
  webDir: string;
  logLevel: string;
  telemetry: TelemetryEnv;
  /** Settings of runs, unless the store or the call overrides them. */
  runSettings: RunSettings;
}

/** The problems of the environment in one line, without values. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** @throws EnvError that names every missing or invalid variable */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = withoutEmpty(source);
  const result = envSchema.safeParse(given);
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new EnvError(`The environment is invalid. ${problems.join('; ')}`);
  }
  const env = result.data;
  const isProduction = env.NODE_ENV === 'production';
  const signUp = env.MANTIS_ALLOW_SIGN_UP ?? !isProduction;
  return {
    ...readSharedEnv(env),
    isProduction,
    host: env.HOST,
    port: env.PORT,
    publicUrl: new URL(env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`).origin,
    callbackBase: originOf(env.MANTIS_WEBHOOK_URL ?? env.PUBLIC_URL),
    authSecret: env.AUTH_SECRET,
    secretKeys: env.MANTIS_SECRET_KEYS,
    openTo: {
      signUp,
      newOrganisations: env.MANTIS_ALLOW_NEW_ORGANISATIONS ?? signUp,
    },
    trustProxy: env.MANTIS_TRUST_PROXY,
    callLimits: {
      call: env.MANTIS_CALLS_PER_MINUTE,
      person: env.MANTIS_CALLS_PER_MINUTE,
      start: env.MANTIS_STARTS_PER_MINUTE,
      trial: env.MANTIS_TRIALS_PER_MINUTE,
    },
    webDir: isAbsolute(env.MANTIS_WEB_DIR)
      ? env.MANTIS_WEB_DIR
      : resolve(appDir, env.MANTIS_WEB_DIR),
    logLevel: env.LOG_LEVEL,
    telemetry: readTelemetryEnv(env, env.MANTIS_METRICS_PORT),
    runSettings: readRunSettings(given),
  };
}

function originOf(url: string | undefined): string | null {
  return url === undefined ? null : new URL(url).origin;
}

function readRunSettings(source: Record<string, string | undefined>): RunSettings {
  try {
    return runSettingsFromEnv(source);
  } catch (error) {
    if (error instanceof RunSettingsEnvError)
      throw new EnvError(`The environment is invalid. ${error.message}`);
    throw error;
  }
}
