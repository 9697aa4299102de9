import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Caller } from '@mantis-sync/sync-core';
import { type AccessLevel, levelOfRole, levelOfScopes } from './access.ts';
import type { Auth } from './create-auth.ts';
import { KEY_RESOURCE } from './key-scopes.ts';

/** The caller: a signed-in person or an API key. */
export interface Identity {
  user: { id: string; name: string; email: string } | null;
  /** Of the person; null for a key. */
  sessionId: string | null;
  apiKey: { id: string; name: string | null } | null;
  organisation: { id: string; name: string; slug: string } | null;
  /** Role of the person in the organisation. */
  role: string | null;
  /** Access level in the organisation; null for none. */
  level: AccessLevel | null;
  /** Null for a person without an organisation. */
  caller: Caller | null;
}

export interface IdentityDeps {
  auth: Auth;
  prisma: PrismaClient;
  database: Database;
}

/**
 * Reads the API key if one is sent, else the session. An invalid key is unauthenticated, even with a valid
 * session.
 * @throws DatabaseUnavailableError, so that an outage is not mistaken for an invalid key
 */
export async function readIdentity(deps: IdentityDeps, headers: Headers): Promise<Identity | null> {
  const key = keyFrom(headers);
  try {
    const identity = key === null ? await fromSession(deps, headers) : await fromKey(deps, key);
    // The library reports any failure to check a key as an invalid key.
    if (!identity && key !== null) await deps.database.ping();
    return identity;
  } catch (error) {
    await deps.database.ping();
    throw error;
  }
}

/** The key of `Authorization: Bearer <key>`, as older clients send it `Authorization: <key>`, or `x-api-key: <key>`. */
function keyFrom(headers: Headers): string | null {
  const sent = /^(?:Bearer +)?(\S+)$/i.exec(headers.get('authorization') ?? '');
  return sent?.[1] ?? headers.get('x-api-key');
}

async function fromKey({ auth, prisma }: IdentityDeps, key: string): Promise<Identity | null> {
  const { key: apiKey } = await auth.api.verifyApiKey({ body: { key } });
  if (!apiKey) return null;
  const organisation = await prisma.organization.findUnique({
    where: { id: apiKey.referenceId },
    select: { id: true, name: true, slug: true },
  });
  if (!organisation) return null;
  const { id, name } = apiKey;
  const level = levelOfScopes(apiKey.permissions?.[KEY_RESOURCE] ?? []);
  const caller: Caller = { orgId: organisation.id, actor: { type: 'api_key', id, name } };
  return {
    user: null,
    sessionId: null,
    apiKey: { id, name },
    organisation,
    role: null,
    level,
    caller,
  };
}

async function fromSession(deps: IdentityDeps, headers: Headers): Promise<Identity | null> {
  const found = await deps.auth.api.getSession({ headers });
  if (!found) return null;
  const { id, name, email } = found.user;
  const member = await findMember(deps.prisma, id, found.session.activeOrganizationId);
  return {
    user: { id, name, email },
    sessionId: found.session.id,
    apiKey: null,
    organisation: member?.organization ?? null,
    role: member?.role ?? null,
    level: levelOfRole(member?.role ?? null),
    caller: member && { orgId: member.organization.id, actor: { type: 'user', id, name } },
  };
}

/**
 * Read on every call, so that removing a member takes effect immediately. A session without an organisation
 * uses the oldest membership, which may be newer than the session.
 */
async function findMember(prisma: PrismaClient, userId: string, organisationId?: string | null) {
  return prisma.member.findFirst({
    where: { userId, ...(organisationId && { organizationId: organisationId }) },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { role: true, organization: { select: { id: true, name: true, slug: true } } },
  });
}
