import { randomUUID } from 'node:crypto';
import {
  createApi,
  createAuth,
  createLiveRuns,
  createServices,
  NO_MAILER,
  type ApiDeps,
  type Auth,
} from '@mantis-sync/api';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { DEFAULT_RUN_SETTINGS, parseKeyring } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { portOf } from './free-port.ts';
import { createPerson, openSignInLink } from './sign-in.ts';
import { UNLIMITED } from './unlimited.ts';

export interface RunningApi {
  /** Its address. */
  url: string;
  orgId: string;
  /** Headers of an app with a key of the organisation. */
  appHeaders: Record<string, string>;
  /** Headers of a signed-in person. */
  personHeaders: Record<string, string>;
  close(): Promise<void>;
}

export const PERSON = 'Grace Hopper';
export const APP = 'erp';

const publicUrl = 'http://mantis.test';
const HOUR_MS = 3_600_000;

/** The API as its main.ts builds it, with one organisation, one person and one API key. */
export async function startApi(
  db: TestDatabase,
  secretKeys: string,
  {
    pollMs = HOUR_MS,
    callLimits,
  }: {
    pollMs?: number | undefined;
    callLimits?: Partial<ApiDeps['callLimits']>;
  } = {},
): Promise<RunningApi> {
  const { database, url } = db;
  const log = pino({ level: 'silent' });
  const keyring = parseKeyring(secretKeys);
  const defaults = DEFAULT_RUN_SETTINGS;
  const prisma = createPrisma({ url, max: 2 });
  const auth = createAuth({
    prisma,
    secret: 'a secret of the tests, thirty-two characters',
    publicUrl,
    allowSignUp: true,
    mailer: NO_MAILER,
    rateLimit: false,
    log,
  });
  // Polls once an hour by default: live progress must arrive by notifications, or a test of it fails.
  const live = createLiveRuns({ url, pollMs, log });
  const api = await createApi({
    ...createServices({
      database,
      keyring,
      defaults,
      allowHosts: ['127.0.0.1'],
      defaultRetentionDays: 30,
      canSendMail: false,
      publicUrl,
      callbackBase: null,
    }),
    auth,
    mailer: NO_MAILER,
    openTo: { signUp: true, newOrganisations: true },
    callLimits: { ...UNLIMITED, ...callLimits },
    prisma,
    database,
    live,
    pace: { gapMs: 100, recheckMs: HOUR_MS },
    publicUrl,
    webDir: '/nowhere',
    log,
  });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  await live.ready;
  const port = portOf(api.app.server);
  const listening = `http://127.0.0.1:${port}`;
  const member = await addMember(auth, prisma);
  return {
    url: listening,
    orgId: member.orgId,
    appHeaders: { authorization: `Bearer ${member.key}` },
    personHeaders: {
      cookie: await openSignInLink({ auth, url: listening }, member.email),
      origin: publicUrl,
    },
    async close() {
      await api.close();
      await prisma.$disconnect();
    },
  };
}

async function addMember(auth: Auth, prisma: PrismaClient) {
  const user = await createPerson({ auth, prisma }, PERSON);
  const { id: orgId } = await prisma.organization.create({
    data: { name: 'Mantis', slug: randomUUID() },
  });
  await prisma.member.create({ data: { organizationId: orgId, userId: user.id, role: 'owner' } });
  const { key } = await auth.api.createApiKey({
    body: {
      name: APP,
      organizationId: orgId,
      userId: user.id,
      permissions: { mantis: ['admin'] },
    },
  });
  return { orgId, email: user.email, key };
}
