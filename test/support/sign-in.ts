import { randomUUID } from 'node:crypto';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { AccessLevel, Role } from '../../apps/api/src/auth/access.ts';
import type { Auth } from '../../apps/api/src/auth/create-auth.ts';
import { createSignInLink } from '../../apps/api/src/auth/create-sign-in-link.ts';
import type { TestApi } from './start-test-api.ts';

export const password = 'a long enough password';

/** A person with an organisation of their own, signed in. */
export interface Member {
  userId: string;
  orgId: string;
  email: string;
  cookie: string;
}

/** Hashing takes a tenth of a second on purpose, so that all persons share one hash. */
let hashed: Promise<string> | undefined;

/** A person with a verified address and the password. */
export async function createPerson(
  { auth, prisma }: { auth: Auth; prisma: PrismaClient },
  name: string,
): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@mantis.example`;
  const { id } = await prisma.user.create({ data: { email, name, emailVerified: true } });
  hashed ??= auth.$context.then((context) => context.password.hash(password));
  await prisma.account.create({
    data: { userId: id, accountId: id, providerId: 'credential', password: await hashed },
  });
  return { id, email };
}

/** Creates a person and an organisation in the database, then signs them in over HTTP. */
export async function signInMember(api: TestApi, name = 'Ada'): Promise<Member> {
  const user = await createPerson(api, name);
  const organisation = await api.prisma.organization.create({
    data: { name: `${name}'s shop`, slug: randomUUID() },
  });
  await api.prisma.member.create({
    data: { organizationId: organisation.id, userId: user.id, role: 'owner' },
  });
  const { id: userId, email } = user;
  return { userId, orgId: organisation.id, email, cookie: await openSignInLink(api, email) };
}

/** The session cookie. */
export async function signIn(api: TestApi, email: string): Promise<string> {
  const response = await postAuth(api, 'sign-in/email', { email, password });
  if (!response.ok) throw new Error(`Sign-in failed: ${response.status} ${await response.text()}`);
  return cookiesOf(response);
}

export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export function postAuth(api: TestApi, path: string, body: object, cookie?: string) {
  return fetch(`${api.url}/api/auth/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: api.publicUrl,
      ...(cookie && { cookie }),
    },
    body: JSON.stringify(body),
  });
}

/** A key of the member's organisation. */
export async function createKey(
  api: TestApi,
  member: Member,
  { name = 'erp', scope = 'admin' }: { name?: string; scope?: AccessLevel } = {},
): Promise<string> {
  const { key } = await api.auth.api.createApiKey({
    body: {
      name,
      organizationId: member.orgId,
      userId: member.userId,
      permissions: { mantis: [scope] },
    },
  });
  return key;
}

/** Another person of an organisation. */
export async function addColleague(api: TestApi, of: Member, role: Role): Promise<Member> {
  const { id: userId, email } = await createPerson(api, role);
  await api.prisma.member.create({ data: { organizationId: of.orgId, userId, role } });
  return { userId, orgId: of.orgId, email, cookie: await openSignInLink(api, email) };
}

/** The session cookie of the person who opens a sign-in link. */
export async function openSignInLink(
  api: { auth: Auth; url: string },
  email: string,
): Promise<string> {
  const link = new URL(await createSignInLink(api.auth, email));
  return cookiesOf(await fetch(`${api.url}${link.pathname}${link.search}`, { redirect: 'manual' }));
}

/** The secret in the last invitation mailed to an address. */
export function mailedToken(api: TestApi, email: string): string {
  const mail = api.mails.findLast(({ to }) => to === email);
  const token = /\/invitations\/([\w-]+)/.exec(mail?.text ?? '')?.[1];
  if (token === undefined) throw new Error(`No invitation was mailed to ${email}`);
  return token;
}
