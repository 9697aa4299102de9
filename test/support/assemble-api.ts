import { randomBytes } from 'node:crypto';
import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import {
  type Api,
  type ApiDeps,
  type Auth,
  createApi,
  createAuth,
  createLiveRuns,
  createServices,
  type LiveRuns,
  NO_MAILER,
  type ServiceDeps,
} from '@mantis-sync/api';
import { DEFAULT_RUN_SETTINGS, type Keyring } from '@mantis-sync/sync-core';
import type { Logger } from 'pino';
import { UNLIMITED } from './unlimited.ts';

export interface ApiParts {
  /** Of the database, for its own LISTEN connection. */
  databaseUrl: string;
  database: Database;
  prisma: PrismaClient;
  keyring: Keyring;
  /** The address for browsers. */
  publicUrl: string;
  log: Logger;
  /** No mail unless given. */
  mailer?: ApiDeps['mailer'];
  /** Whether anyone may create an account; yes unless given. */
  signUp?: boolean;
  /** Like `signUp` unless given. */
  newOrganisations?: boolean | undefined;
  rateLimit?: boolean | undefined;
  /** In milliseconds; an hour by default, so that a test of notifications cannot pass by polling. */
  pollMs?: number | undefined;
  pace?: ApiDeps['pace'];
  callLimits?: Partial<ApiDeps['callLimits']> | undefined;
  webDir?: string | undefined;
  services?: Partial<ServiceDeps>;
  api?: Pick<ApiDeps, 'trustProxy' | 'requestTimeoutMs' | 'migrationsCacheMs'>;
}

export interface AssembledApi {
  auth: Auth;
  services: ReturnType<typeof createServices>;
  /** Starts the API on a port, any free one for 0. Its `close` closes `live` too. */
  listen(port: number): Promise<{ api: Api; live: LiveRuns }>;
}

export const HOUR_MS = 3_600_000;

/** Of all APIs of this process, so that one takes the sessions of another. */
const authSecret = randomBytes(32).toString('hex');

/** The API as its main.ts builds it, in this process, with practically unlimited calls. */
export function assembleApi(parts: ApiParts): AssembledApi {
  const { database, prisma, publicUrl, log, mailer = NO_MAILER, signUp = true } = parts;
  const auth = createAuth({
    prisma,
    secret: authSecret,
    publicUrl,
    allowSignUp: signUp,
    mailer,
    rateLimit: parts.rateLimit ?? false,
    log,
  });
  const services = createServices({
    database,
    keyring: parts.keyring,
    defaults: DEFAULT_RUN_SETTINGS,
    allowHosts: ['127.0.0.1'],
    defaultRetentionDays: 30,
    canSendMail: false,
    publicUrl,
    callbackBase: publicUrl,
    ...parts.services,
  });
  return {
    auth,
    services,
    async listen(port) {
      const live = createLiveRuns({
        url: parts.databaseUrl,
        pollMs: parts.pollMs ?? HOUR_MS,
        log,
      });
      const api = await createApi({
        ...services,
        auth,
        mailer,
        openTo: { signUp, newOrganisations: parts.newOrganisations ?? signUp },
        callLimits: { ...UNLIMITED, ...parts.callLimits },
        prisma,
        database,
        live,
        pace: parts.pace ?? { gapMs: 100, recheckMs: HOUR_MS },
        publicUrl,
        webDir: parts.webDir ?? '/nowhere',
        log,
        ...parts.api,
      });
      await api.app.listen({ host: '127.0.0.1', port });
      return { api, live };
    },
  };
}
