import { randomUUID } from 'node:crypto';
import type { AccessLevel, Role } from '../../apps/api/src/auth/access.ts';
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

/** Creates a person and an organisation in the database, then signs them in over HTTP. */
export async function signInMember(api: TestApi, name = 'Ada'): Promise<Member> {
  const email = `${randomUUID()}@mantis.example`;
  const { user } = await api.auth.api.signUpEmail({ body: { email, password, name } });
  const organisation = await api.prisma.organization.create({
    data: { name: `${name}'s shop`, slug: randomUUID() },
  });
  await api.prisma.member.create({
    data: { organizationId: organisation.id, userId: user.id, role: 'owner' },
  });
  const cookie = await signIn(api, email);
  return { userId: user.id, orgId: organisation.id, email, cookie };
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
  const email = `${randomUUID()}@mantis.example`;
  const { user } = await api.auth.api.signUpEmail({ body: { email, password, name: role } });
  await api.prisma.member.create({
    data: { organizationId: of.orgId, userId: user.id, role },
  });
  return { userId: user.id, orgId: of.orgId, email, cookie: await signIn(api, email) };
}

/** The session cookie of the person who opens a sign-in link. */
export async function openSignInLink(api: TestApi, email: string): Promise<string> {
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
