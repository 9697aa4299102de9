import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessLevel, mayDo } from '../src/auth/access.ts';
import { createCallCounter, TooManyCallsError } from '../src/auth/call-limits.ts';
import { makeFirstOwner } from '../src/auth/make-first-owner.ts';
import { appRouter } from '../src/routers/app-router.ts';
import type { ProcedureMeta } from '../src/trpc.ts';
import { mutate, query } from '../../../test/support/call.ts';
import {
  addColleague,
  createKey,
  mailedToken,
  openSignInLink,
  postAuth,
  signIn,
  signInMember,
  type Member,
} from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
});
afterAll(() => api.close());

interface Definition {
  type: 'query' | 'mutation' | 'subscription';
  meta?: ProcedureMeta;
}

const procedures = Object.entries<{ _def: Definition }>(
  appRouter._def.procedures as object as never,
).map(([path, { _def }]) => ({ path, ..._def }));

test('every procedure declares its access', () => {
  expect(procedures.filter(({ meta }) => meta?.access === undefined)).toEqual([]);
});

type Headers = Record<string, string>;

/** The refusal's code; null where the call was let in, whatever it then said of its input. */
async function refusalOf({ path, type }: (typeof procedures)[number], headers: Headers) {
  const send = type === 'mutation' ? mutate : query;
  const { status, body } = await send(api, path, { nonsense: true }, headers);
  return status === 401 || status === 403 ? body.error.data.code : null;
}

const calls = procedures.filter(
  ({ type, meta }) => type !== 'subscription' && meta?.access !== 'public',
);

test('public procedures are those for sign-in and invitations', () => {
  const open = procedures.filter(({ meta }) => meta?.access === 'public').map(({ path }) => path);
  expect(open.toSorted()).toEqual([
    'account.session',
    'account.signInOptions',
    'invitation.decline',
    'invitation.find',
    'invitation.join',
  ]);
});

test('account.session is public, and returns null for anonymous callers', async () => {
  const nobody = await query(api, 'account.session', undefined, { cookie: 'a=b' });
  expect(nobody).toMatchObject({ status: 200, body: { result: { data: null } } });
  const { body } = await query(api, 'account.session', undefined, { cookie: ada.cookie });
  expect(body.result.data?.user?.name).toBe('Ada');
});

describe.each([
  ['a viewer', 'read', async () => ({ cookie: (await addColleague(api, ada, 'viewer')).cookie })],
  [
    'an operator',
    'operate',
    async () => ({ cookie: (await addColleague(api, ada, 'operator')).cookie }),
  ],
  ['an owner', 'admin', async () => ({ cookie: (await addColleague(api, ada, 'owner')).cookie })],
  [
    'a key to read',
    'read',
    async () => ({ 'x-api-key': await createKey(api, ada, { scope: 'read' }) }),
  ],
  [
    'a key to operate',
    'operate',
    async () => ({ 'x-api-key': await createKey(api, ada, { scope: 'operate' }) }),
  ],
  ['a key to administer', 'admin', async () => ({ 'x-api-key': await createKey(api, ada) })],
] as const)('%s (S3)', (name, has, identify) => {
  test('is admitted only with a sufficient level', async () => {
    const headers: Headers = await identify();
    const isKey = name.startsWith('a key');
    for (const call of calls) {
      const { access, peopleOnly } = call.meta as ProcedureMeta;
      const needs = access as AccessLevel;
      const isLevel = access !== 'identified' && access !== 'person';
      const expected =
        isLevel && !mayDo(has, needs) ? 'not_allowed' : isKey && peopleOnly ? 'people_only' : null;
      expect([call.path, await refusalOf(call, headers)]).toEqual([call.path, expected]);
    }
  });
});

test('calls without an identity, or with a revoked key, are rejected (S2)', async () => {
  const key = await createKey(api, ada);
  const { body } = await query(api, 'key.list', undefined, { cookie: ada.cookie });
  for (const { id } of body.result.data)
    await mutate(api, 'key.revoke', { keyId: id }, { cookie: ada.cookie });
  for (const headers of [{}, { 'x-api-key': key }, { 'x-api-key': 'nonsense' }]) {
    for (const call of calls)
      expect([call.path, await refusalOf(call, headers as Headers)]).toEqual([
        call.path,
        'unauthorized',
      ]);
  }
});

test('anonymous subscriptions and revoked keys are rejected (S2)', async () => {
  const key = await createKey(api, ada);
  await api.prisma.apikey.deleteMany({ where: { referenceId: ada.orgId } });
  const streams = procedures.filter(({ type }) => type === 'subscription');
  expect(streams.length).toBeGreaterThan(0);
  for (const { path } of streams) {
    for (const headers of [{}, { 'x-api-key': key }]) {
      const answer = await fetch(`${api.url}/trpc/${path}?input=%7B%7D`, {
        headers: { accept: 'text/event-stream', ...headers },
      });
      // tRPC opens the stream, reports the error, and ends it.
      const said = await answer.text();
      expect(said).toContain('event: serialized-error');
      expect(said).toContain('unauthorized');
      expect(said.match(/^data: /gm)?.length).toBeLessThanOrEqual(2);
    }
  }
});

test('a rejection does not reveal whether the subject exists', async () => {
  const { cookie } = await addColleague(api, ada, 'viewer');
  const [a, b] = await Promise.all(
    [randomUUID(), randomUUID()].map((storeId) =>
      mutate(api, 'store.remove', { storeId }, { cookie }),
    ),
  );
  expect(a!.status).toBe(403);
  expect(b!.body.error.data.code).toBe(a!.body.error.data.code);
});

test('a key is returned once, shows its last use and scopes, and expires', async () => {
  const owner = await signInMember(api, 'Grace');
  const headers = { cookie: owner.cookie };
  const input = { name: 'erp', scopes: ['read'], expiresInDays: 1 };
  const made = await mutate(api, 'key.create', input, headers);
  const { key, view } = made.body.result.data;
  expect(view).toMatchObject({ name: 'erp', scopes: ['read'], lastUsedAt: null });
  expect((await query(api, 'store.list', undefined, { 'x-api-key': key })).status).toBe(200);
  const { body } = await query(api, 'key.list', undefined, headers);
  expect(JSON.stringify(body)).not.toContain(key);
  expect(body.result.data[0]!.lastUsedAt).not.toBeNull();
  await api.prisma.apikey.update({
    where: { id: view.id },
    data: { expiresAt: new Date(Date.now() - 1000) },
  });
  expect((await query(api, 'store.list', undefined, { 'x-api-key': key })).status).toBe(401);
  const log = await query(api, 'member.log', { limit: 5 }, headers);
  expect(log.body.result.data[0]).toMatchObject({ event: 'key.created', actor: { name: 'Grace' } });
});

test('two keys of an organisation differ in their first characters', async () => {
  const owner = await signInMember(api, 'Grace');
  const headers = { cookie: owner.cookie };
  const input = { name: 'erp', scopes: ['read'] };
  const made = [
    await mutate(api, 'key.create', input, headers),
    await mutate(api, 'key.create', input, headers),
  ].map(({ body }) => body.result.data);
  for (const { key, view } of made) expect(view.start).toBe(key.slice(0, 'mantis_'.length + 6));
  expect(made[0]?.view.start).not.toBe(made[1]?.view.start);
});

test('the log shows who was invited, and contains no address itself', async () => {
  const owner = await signInMember(api, 'Grace');
  const headers = { cookie: owner.cookie };
  const email = 'mary@shop.example';
  const invited = await mutate(api, 'member.invite', { email, role: 'viewer' }, headers);
  const { id: invitationId } = invited.body.result.data;
  await mutate(api, 'member.cancelInvitation', { invitationId }, headers);
  const log = await query(api, 'member.log', { limit: 5 }, headers);
  expect(log.body.result.data.map(({ message }) => message)).toEqual([
    `Cancelled the invitation of ${email}.`,
    `Invited ${email} as viewer.`,
  ]);
  const before = log.body.result.data[0]?.id;
  const older = await query(api, 'member.log', { limit: 5, before }, headers);
  expect(older.body.result.data).toEqual(log.body.result.data.slice(1));
  const { rows } = await api.db.admin.query<{ message: string }>(
    'select message, data from organization_activity where org_id = $1',
    [owner.orgId],
  );
  expect(JSON.stringify(rows)).not.toContain(email);
});

test('keys and members of another organisation are treated as unknown', async () => {
  const eve = await signInMember(api, 'Eve');
  const mine = await query(api, 'member.list', undefined, { cookie: ada.cookie });
  const { id: memberId } = mine.body.result.data[0]!;
  await createKey(api, ada);
  const keys = await query(api, 'key.list', undefined, { cookie: ada.cookie });
  const attempts = [
    ['key.revoke', { keyId: keys.body.result.data[0]!.id }, { keyId: randomUUID() }],
    ['member.remove', { memberId }, { memberId: randomUUID() }],
    ['member.changeRole', { memberId, role: 'viewer' }, { memberId: randomUUID(), role: 'viewer' }],
  ] as const;
  for (const [path, foreign, unknown] of attempts) {
    const answers = await Promise.all(
      [foreign, unknown].map((input) => mutate(api, path, input, { cookie: eve.cookie })),
    );
    const [a, b] = answers.map(({ status, body }) => {
      body.error.data.requestId = null;
      return { status, body };
    });
    expect(a).toEqual(b);
    expect(a!.status).toBe(404);
  }
});

describe('an invitation', () => {
  async function invite(email: string, role = 'operator') {
    const { body } = await mutate(api, 'member.invite', { email, role }, { cookie: ada.cookie });
    await api.mailer.idle();
    return { id: body.result.data.id, token: mailedToken(api, email) };
  }

  const accept = (token: string, cookie: string) =>
    mutate(api, 'invitation.accept', { token }, { cookie });

  test('is accepted once by its link, gives the role, and the session acts for the organisation', async () => {
    const bob = await signInMember(api, 'Bob');
    const { token } = await invite(bob.email);
    const { body: found } = await query(api, 'invitation.find', { token });
    expect(found.result.data).toMatchObject({
      organisation: "Ada's shop",
      role: 'operator',
      email: bob.email,
      hasAccount: true,
    });
    const both = await Promise.all([accept(token, bob.cookie), accept(token, bob.cookie)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
    const { body } = await query(api, 'account.me', undefined, { cookie: bob.cookie });
    expect(body.result.data).toMatchObject({ role: 'operator', organisation: { id: ada.orgId } });
  });

  test('makes an account for somebody new, verified by the mail', async () => {
    const email = `${randomUUID()}@mantis.example`;
    const { token } = await invite(email, 'viewer');
    const person = { token, name: 'Cleo', password: 'a long enough password' };
    expect((await mutate(api, 'invitation.join', { ...person, password: 'short' })).status).toBe(
      400,
    );
    expect((await mutate(api, 'invitation.join', person)).body.result.data).toEqual({ email });
    expect((await mutate(api, 'invitation.join', person)).status).toBe(404);
    const cookie = await signIn(api, email);
    const { body } = await query(api, 'account.me', undefined, { cookie });
    expect(body.result.data).toMatchObject({
      user: { name: 'Cleo' },
      role: 'viewer',
      organisation: { id: ada.orgId },
    });
    expect(await api.prisma.user.findUnique({ where: { email } })).toMatchObject({
      emailVerified: true,
    });
  });

  test('makes no account beside the one that the address has', async () => {
    const bob = await signInMember(api, 'Bob');
    const { token } = await invite(bob.email);
    const person = { token, name: 'Eve', password: 'a long enough password' };
    const { body } = await mutate(api, 'invitation.join', person);
    expect(body.error.data.code).toBe('account_exists');
    expect((await accept(token, bob.cookie)).status).toBe(200);
  });

  test('is for the address that it was sent to', async () => {
    const eve = await signInMember(api, 'Eve');
    const { token } = await invite(`${randomUUID()}@mantis.example`);
    expect((await accept(token, eve.cookie)).body.error.data.code).toBe('wrong_account');
  });

  test('shows to a person whose address is verified, who needs no link then', async () => {
    const bob = await signInMember(api, 'Bob');
    await api.prisma.user.update({ where: { id: bob.userId }, data: { emailVerified: true } });
    const { id } = await invite(bob.email);
    const headers = { cookie: bob.cookie };
    const { body } = await query(api, 'account.invitations', undefined, headers);
    expect(body.result.data).toMatchObject([{ id, organisation: "Ada's shop", role: 'operator' }]);
    const accepted = await mutate(api, 'account.acceptInvitation', { invitationId: id }, headers);
    expect(accepted.body.result.data).toMatchObject({ id: ada.orgId, role: 'operator' });
  });

  test('ends after a week, when it is cancelled or declined, and when a new link is sent', async () => {
    const bob = await signInMember(api, 'Bob');
    const old = await invite(bob.email);
    const headers = { cookie: ada.cookie };
    await mutate(api, 'member.resendInvitation', { invitationId: old.id }, headers);
    await api.mailer.idle();
    const token = mailedToken(api, bob.email);
    const isOpen = async (each: string) =>
      (await query(api, 'invitation.find', { token: each })).status === 200;
    expect([await isOpen(old.token), await isOpen(token)]).toEqual([false, true]);
    await api.prisma.invitation.update({
      where: { id: old.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await accept(token, bob.cookie)).status).toBe(404);
    const second = await invite(bob.email);
    await mutate(api, 'member.cancelInvitation', { invitationId: second.id }, headers);
    expect(await isOpen(second.token)).toBe(false);
    const third = await invite(bob.email);
    await mutate(api, 'invitation.decline', { token: third.token });
    expect((await accept(third.token, bob.cookie)).status).toBe(404);
  });

  test('is not sent twice, nor to a member', async () => {
    const email = `${randomUUID()}@mantis.example`;
    await invite(email);
    const headers = { cookie: ada.cookie };
    const again = await mutate(api, 'member.invite', { email, role: 'viewer' }, headers);
    expect(again.body.error.data.code).toBe('already_invited');
    const input = { email: ada.email, role: 'viewer' };
    const member = await mutate(api, 'member.invite', input, headers);
    expect(member.body.error.data.code).toBe('already_member');
  });

  test('has a link to copy where no mail is sent, which does not verify the address', async () => {
    const silent = await startTestApi({ deliversMail: false, allowSignUp: false });
    try {
      const email = 'cleo@mantis.example';
      await makeFirstOwner(silent.prisma, { email: 'ada@mantis.example', organisation: 'Shop' });
      const cookie = await openSignInLink(silent, 'ada@mantis.example');
      const { body } = await mutate(silent, 'member.invite', { email, role: 'viewer' }, { cookie });
      const token = /\/invitations\/([\w-]{43})$/.exec(body.result.data.link ?? '')?.[1];
      const person = { token, name: 'Cleo', password: 'a long enough password' };
      expect((await mutate(silent, 'invitation.join', person)).status).toBe(200);
      expect(await silent.prisma.user.findUnique({ where: { email } })).toMatchObject({
        emailVerified: false,
      });
      expect(silent.mails).toEqual([]);
    } finally {
      await silent.close();
    }
  });
});

test('one owner remains, even if two leave concurrently', async () => {
  const first = await signInMember(api, 'First');
  const headers = { cookie: first.cookie };
  const { body } = await query(api, 'member.list', undefined, headers);
  const { id: memberId } = body.result.data[0]!;
  for (const [path, input] of [
    ['member.remove', { memberId }],
    ['member.changeRole', { memberId, role: 'viewer' }],
    ['account.leaveOrganisation', { organisationId: first.orgId }],
  ] as const) {
    const answer = await mutate(api, path, input, headers);
    expect(answer.body.error.data.code).toBe('last_owner');
  }
  const second = await addColleague(api, first, 'owner');
  const both = await Promise.all(
    [first, second].map(({ cookie }) =>
      mutate(api, 'account.leaveOrganisation', { organisationId: first.orgId }, { cookie }),
    ),
  );
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test('removal or a lower role takes effect with the next call', async () => {
  const bob = await addColleague(api, ada, 'operator');
  const { body } = await query(api, 'member.list', undefined, { cookie: ada.cookie });
  const { id: memberId } = body.result.data.find(({ userId }) => userId === bob.userId)!;
  await mutate(api, 'member.changeRole', { memberId, role: 'viewer' }, { cookie: ada.cookie });
  const start = await mutate(api, 'sync.start', { storeId: randomUUID() }, { cookie: bob.cookie });
  expect(start.body.error.data.code).toBe('not_allowed');
  await mutate(api, 'member.remove', { memberId }, { cookie: ada.cookie });
  const list = await query(api, 'store.list', undefined, { cookie: bob.cookie });
  expect(list.body.error.data.code).toBe('no_organisation');
});

test('sessions are listed, revoked, and end with a new password (S30)', async () => {
  const bob = await signInMember(api, 'Bob');
  const elsewhere = await signIn(api, bob.email);
  const { body } = await query(api, 'account.sessions', undefined, { cookie: bob.cookie });
  expect(body.result.data.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  await mutate(api, 'account.revokeOtherSessions', undefined, { cookie: bob.cookie });
  expect((await query(api, 'account.me', undefined, { cookie: elsewhere })).status).toBe(401);
  expect((await query(api, 'account.me', undefined, { cookie: bob.cookie })).status).toBe(200);
});

test('a forgotten password is reset by a link that works once, and the answer does not reveal who has an account', async () => {
  const bob = await signInMember(api, 'Bob');
  const ask = (email: string) => postAuth(api, 'request-password-reset', { email });
  const known = await ask(bob.email);
  const unknown = await ask('nobody@mantis.example');
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
  await api.mailer.idle();
  const mail = api.mails.findLast(({ to }) => to === bob.email);
  const token = /reset-password\?token=(\S+)/.exec(mail?.text ?? '')?.[1];
  const reset = () =>
    postAuth(api, 'reset-password', { token, newPassword: 'a completely new password' });
  expect((await reset()).status).toBe(200);
  expect((await reset()).status).toBe(400);
  expect((await query(api, 'account.me', undefined, { cookie: bob.cookie })).status).toBe(401);
  await expect(signIn(api, bob.email)).rejects.toThrow('401');
  const body = { email: bob.email, password: 'a completely new password' };
  expect((await postAuth(api, 'sign-in/email', body)).status).toBe(200);
});

test.each([
  'organization/set-active',
  'organization/invite-member',
  'api-key/create',
  'api-key/list',
  'list-sessions',
])('better-auth’s own %s is not reachable: it would go round our checks', async (path) => {
  expect((await postAuth(api, path, {}, ada.cookie)).status).toBe(404);
});

test('calls and starts are limited by the minute, over two processes (S27)', async () => {
  const owner = await signInMember(api, 'Busy');
  const limits = { call: 60, start: 10, person: 60, trial: 10 };
  const parts = { database: api.db.database, prisma: api.prisma };
  const clock = () => 1_800_000_000_000;
  const counters = [1, 2].map(() => createCallCounter(parts, limits, clock));
  const outcomes: boolean[] = [];
  for (let call = 0; call < 24; call++) {
    const counter = counters[call % 2]!;
    outcomes.push(
      await counter.count(owner.orgId, 'start').then(
        () => true,
        () => false,
      ),
    );
  }
  expect(outcomes.filter(Boolean)).toHaveLength(10);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, call) =>
      counters[call % 2]!.count(owner.orgId, 'call').then(
        () => 1,
        () => 0,
      ),
    ),
  );
  const letIn = answers.reduce<number>((sum, count) => sum + count, 0);
  expect(letIn).toBeLessThanOrEqual(100);
  await expect(counters[0]!.count(owner.orgId, 'call')).rejects.toBeInstanceOf(TooManyCallsError);
  const next = createCallCounter(parts, limits, () => clock() + 60_000);
  await next.count(owner.orgId, 'start');
});

test('the eleventh start within a minute gets Retry-After (S27)', async () => {
  const limited = await startTestApi({ callLimits: { call: 1_000, start: 10 } });
  try {
    const busy = await signInMember(limited, 'Busy');
    const statuses: number[] = [];
    for (let start = 0; start < 22; start++) {
      const input = { storeId: randomUUID() };
      statuses.push((await mutate(limited, 'sync.start', input, { cookie: busy.cookie })).status);
    }
    // A new minute may begin in between.
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(20);
    expect(statuses).toContain(429);
  } finally {
    await limited.close();
  }
});
