import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { createDatabase } from '@mantis-sync/db';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { DEFAULT_RUN_SETTINGS, type Keyring, parseKeyring } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import type { CallLimits } from '../../apps/api/src/auth/call-limits.ts';
import { createAuth, type Auth } from '../../apps/api/src/auth/create-auth.ts';
import { createApi, type Api } from '../../apps/api/src/create-api.ts';
import { createServices } from '../../apps/api/src/create-services.ts';
import type { Mail } from '../../apps/api/src/mail/mail-sender.ts';
import { createMailer, type Mailer } from '../../apps/api/src/mail/mailer.ts';
import { createLiveRuns, type LiveRuns } from '../../apps/api/src/live/live-runs.ts';
import { portOf } from './free-port.ts';
import { UNLIMITED } from './unlimited.ts';

export interface TestApi {
  api: Api;
  auth: Auth;
  db: TestDatabase;
  prisma: PrismaClient;
  live: LiveRuns;
  keyring: Keyring;
  /** Sent mails; await `mailer.idle()` for those in progress. */
  mails: Mail[];
  mailer: Mailer;
  /** Its address. */
  url: string;
  /** Its public address for browsers. */
  publicUrl: string;
  /** Everything logged, as text. */
  logged(): string;
  close(): Promise<void>;
}

export interface TestApiOptions {
  allowSignUp?: boolean;
  /** Like allowSignUp unless given. */
  allowNewOrganisations?: boolean;
  /** Default: yes. */
  deliversMail?: boolean;
  /** Awaited before each mail. */
  beforeMail?: () => Promise<void>;
  trustProxy?: string;
  deliveryLimits?: { perSecond?: number; perHour?: number };
  requestTimeoutMs?: number;
  rateLimit?: boolean;
  /** Practically unlimited unless given. */
  callLimits?: Partial<CallLimits>;
  webDir?: string;
  publicUrl?: string;
  /** Address for keys of stores; publicUrl unless given. */
  callbackBase?: string | null;
  /** In milliseconds; an hour by default, so that a test of notifications cannot pass by polling. */
  pollMs?: number;
  recheckMs?: number;
  gapMs?: number;
  /** None unless given. */
  migrationsCacheMs?: number;
  /** There is no database server. */
  databaseIsGone?: boolean;
}

const hourMs = 3_600_000;

/** The API as main.ts builds it, with its own database and port. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const publicUrl = options.publicUrl ?? 'http://mantis.test';
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = pino({ level: 'debug' }, sink);
  const db = await createTestDatabase();
  const url = options.databaseIsGone ? nowhere(db.url) : db.url;
  const database = options.databaseIsGone ? createDatabase({ url }) : db.database;
  const prisma = createPrisma({ url, max: 3 });
  const mails: Mail[] = [];
  const mailer = createMailer({
    prisma,
    async sendMail(mail) {
      await options.beforeMail?.();
      mails.push(mail);
    },
    delivers: options.deliversMail ?? true,
    log,
  });
  const signUp = options.allowSignUp ?? true;
  const auth = createAuth({
    prisma,
    secret: 'a secret of the tests, thirty-two characters',
    publicUrl,
    allowSignUp: signUp,
    mailer,
    rateLimit: options.rateLimit ?? false,
    log,
  });
  const live = createLiveRuns({ url, pollMs: options.pollMs ?? hourMs, log });
  const pace = { gapMs: options.gapMs ?? 1, recheckMs: options.recheckMs ?? hourMs };
  const defaults = DEFAULT_RUN_SETTINGS;
  const keyring = parseKeyring(`k1:${randomBytes(32).toString('base64')}`);
  const webDir = options.webDir ?? '/nowhere';
  const api = await createApi({
    ...createServices({
      database,
      keyring,
      defaults,
      allowHosts: ['127.0.0.1'],
      defaultRetentionDays: 30,
      ...(options.deliveryLimits && { deliveryLimits: options.deliveryLimits }),
      canSendMail: true,
      publicUrl,
      callbackBase: options.callbackBase === undefined ? publicUrl : options.callbackBase,
    }),
    auth,
    mailer,
    openTo: { signUp, newOrganisations: options.allowNewOrganisations ?? signUp },
    callLimits: { ...UNLIMITED, ...options.callLimits },
    prisma,
    database,
    live,
    pace,
    publicUrl,
    webDir,
    ...(options.trustProxy !== undefined && { trustProxy: options.trustProxy }),
    ...(options.requestTimeoutMs !== undefined && { requestTimeoutMs: options.requestTimeoutMs }),
    migrationsCacheMs: options.migrationsCacheMs ?? 0,
    log,
  });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  if (!options.databaseIsGone) await live.ready;
  const port = portOf(api.app.server);

  return {
    api,
    auth,
    db,
    prisma,
    live,
    keyring,
    mails,
    mailer,
    url: `http://127.0.0.1:${port}`,
    publicUrl,
    logged: () => lines.join(''),
    async close() {
      await api.close();
      await prisma.$disconnect();
      await database.close();
      await db.drop();
    },
  };
}

function nowhere(url: string): string {
  const changed = new URL(url);
  changed.port = '1';
  return changed.href;
}
