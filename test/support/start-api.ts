import { randomUUID } from 'node:crypto';
import type { Auth, ServiceDeps } from '@mantis-sync/api';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { parseKeyring } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { type ApiParts, assembleApi } from './assemble-api.ts';
import { portOf } from './free-port.ts';
import { createPerson, openSignInLink } from './sign-in.ts';

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

export interface StartApiOptions extends Pick<ApiParts, 'pollMs' | 'callLimits'> {
  /** Of signed deliveries of a store; those of the product unless given. */
  deliveryLimits?: ServiceDeps['deliveryLimits'] | undefined;
}

export const PERSON = 'Grace Hopper';
export const APP = 'erp';

const publicUrl = 'http://mantis.test';

/** The API with one organisation, one person and one API key. */
export async function startApi(
  { database, url: databaseUrl }: TestDatabase,
  secretKeys: string,
  { deliveryLimits = {}, ...options }: StartApiOptions = {},
): Promise<RunningApi> {
  const prisma = createPrisma({ url: databaseUrl, max: 2 });
  const { auth, listen } = assembleApi({
    databaseUrl,
    database,
    prisma,
    keyring: parseKeyring(secretKeys),
    publicUrl,
    log: pino({ level: 'silent' }),
    services: { callbackBase: null, deliveryLimits },
    ...options,
  });
  const { api, live } = await listen(0);
  await live.ready;
  const url = `http://127.0.0.1:${portOf(api.app.server)}`;
  const member = await addMember(auth, prisma);
  return {
    url,
    orgId: member.orgId,
    appHeaders: { authorization: `Bearer ${member.key}` },
    personHeaders: {
      cookie: await openSignInLink({ auth, url }, member.email),
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
