import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { createDatabase } from '@mantis-sync/db';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { type Keyring, parseKeyring } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import type { CallLimits } from '../../apps/api/src/auth/call-limits.ts';
import type { Api, Auth, LiveRuns } from '@mantis-sync/api';
import type { Mail } from '../../apps/api/src/mail/mail-sender.ts';
import { createMailer, type Mailer } from '../../apps/api/src/mail/mailer.ts';
import { assembleApi, HOUR_MS } from './assemble-api.ts';
import { portOf } from './free-port.ts';

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
  const keyring = parseKeyring(`k1:${randomBytes(32).toString('base64')}`);
  const { auth, listen } = assembleApi({
    databaseUrl: url,
    database,
    prisma,
    keyring,
    publicUrl,
    log,
    mailer,
    signUp: options.allowSignUp ?? true,
    newOrganisations: options.allowNewOrganisations,
    rateLimit: options.rateLimit,
    pollMs: options.pollMs,
    pace: { gapMs: options.gapMs ?? 1, recheckMs: options.recheckMs ?? HOUR_MS },
    callLimits: options.callLimits,
    webDir: options.webDir,
    services: {
      canSendMail: true,
      ...(options.deliveryLimits && { deliveryLimits: options.deliveryLimits }),
      ...(options.callbackBase !== undefined && { callbackBase: options.callbackBase }),
    },
    api: {
      migrationsCacheMs: options.migrationsCacheMs ?? 0,
      ...(options.trustProxy !== undefined && { trustProxy: options.trustProxy }),
      ...(options.requestTimeoutMs !== undefined && { requestTimeoutMs: options.requestTimeoutMs }),
    },
  });
  const { api, live } = await listen(0);
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
