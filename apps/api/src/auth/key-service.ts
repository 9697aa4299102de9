import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Caller } from '@mantis-sync/sync-core';
import { ACCESS_LEVELS, type AccessLevel } from './access.ts';
import { AccountError } from './account-error.ts';
import type { Auth } from './create-auth.ts';
import { KEY_RESOURCE } from './key-scopes.ts';
import { logOrganisation } from './organisation-log.ts';

export interface KeyView {
  id: string;
  name: string | null;
  /** The first characters, which identify the key. */
  start: string | null;
  scopes: AccessLevel[];
  createdAt: Date;
  /** Null for a key that does not expire. */
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

/** API keys of an organisation. */
export interface KeyService {
  list(caller: Caller): Promise<KeyView[]>;
  /** The key is returned only here; only its hash is stored. */
  create(
    caller: Caller,
    maker: { id: string },
    input: { name: string; scopes: AccessLevel[]; expiresInDays?: number | undefined },
  ): Promise<{ key: string; view: KeyView }>;
  /** Takes effect with the key's next call. @throws AccountError `key_not_found` */
  revoke(caller: Caller, input: { keyId: string }): Promise<void>;
}

const DAY_SECONDS = 24 * 3_600;

export function createKeyService(deps: {
  auth: Auth;
  prisma: PrismaClient;
  database: Database;
}): KeyService {
  const { auth, prisma, database } = deps;

  async function list({ orgId }: Caller): Promise<KeyView[]> {
    const keys = await prisma.apikey.findMany({
      where: { referenceId: orgId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    });
    return keys.map((key) => ({
      id: key.id,
      name: key.name,
      start: key.start,
      scopes: scopesOf(key.permissions),
      createdAt: key.createdAt,
      expiresAt: key.expiresAt,
      lastUsedAt: key.lastRequest,
    }));
  }

  return {
    list,
    async create(caller, maker, { name, scopes, expiresInDays }) {
      const { id, key } = await auth.api.createApiKey({
        body: {
          name,
          organizationId: caller.orgId,
          userId: maker.id,
          permissions: { [KEY_RESOURCE]: scopes },
          ...(expiresInDays !== undefined && { expiresIn: expiresInDays * DAY_SECONDS }),
        },
      });
      await logOrganisation(database, caller, {
        event: 'key.created',
        message: `Created the API key “${name}” (${scopes.join(', ')}).`,
        data: { keyId: id, scopes },
      });
      const view = (await list(caller)).find((known) => known.id === id);
      if (!view) throw new Error('the new key was not found');
      return { key, view };
    },
    async revoke(caller, { keyId }) {
      const key = await prisma.apikey.findFirst({
        where: { id: keyId, referenceId: caller.orgId },
      });
      if (!key) throw new AccountError('key_not_found', 'This key does not exist.');
      await prisma.apikey.delete({ where: { id: keyId } });
      await logOrganisation(database, caller, {
        event: 'key.revoked',
        message: `Revoked the API key “${key.name ?? ''}”.`,
        data: { keyId },
      });
    },
  };
}

function scopesOf(permissions: string | null): AccessLevel[] {
  const parsed: unknown = permissions === null ? null : JSON.parse(permissions);
  if (typeof parsed !== 'object' || parsed === null || !(KEY_RESOURCE in parsed)) return [];
  const scopes = (parsed as Record<string, unknown>)[KEY_RESOURCE];
  return ACCESS_LEVELS.filter((level) => Array.isArray(scopes) && scopes.includes(level));
}
