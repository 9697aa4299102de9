import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutate, query } from '../support/call.ts';
import {
  addColleague,
  mailedToken,
  type Member,
  openSignInLink,
  password,
  postAuth,
  signIn,
  signInMember,
} from '../support/sign-in.ts';
import { startTestApi, type TestApi } from '../support/start-test-api.ts';

// A malicious member and anonymous strangers repeat the attacks of a security review.

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const count = (statuses: readonly number[], status: number) =>
  statuses.filter((each) => each === status).length;

async function makeOrganisations(at: TestApi, cookie: string, howMany: number) {
  const answers = await Promise.all(
    Array.from({ length: howMany }, () =>
      mutate(
        at,
        'account.createOrganisation',
        { name: 'Pay at https://evil.example', slug: randomUUID() },
        { cookie },
      ),
    ),
  );
  return answers.map(({ status }) => status);
}

async function inviteStrangers(at: TestApi, cookie: string, howMany: number) {
  const statuses: number[] = [];
  for (let n = 0; n < howMany; n++) {
    const input = { email: `${randomUUID()}@elsewhere.example`, role: 'viewer' };
    statuses.push((await mutate(at, 'member.invite', input, { cookie })).status);
  }
  return statuses;
}

test('a person creates at most five organisations, even concurrently (P2)', async () => {
  const viewer = await addColleague(api, await signInMember(api), 'viewer');
  const statuses = await makeOrganisations(api, viewer.cookie, 12);
  expect([count(statuses, 200), count(statuses, 409)]).toEqual([5, 7]);
});

test('organisations cannot be created if the operator reserves it (P2)', async () => {
  const reserved = await startTestApi({ allowNewOrganisations: false });
  try {
    const { cookie } = await signInMember(reserved);
    expect(await makeOrganisations(reserved, cookie, 1)).toEqual([403]);
  } finally {
    await reserved.close();
  }
});

test('an owner can invite twenty people a day, with our text only (P2)', async () => {
  const eve = await signInMember(api, 'Eve');
  await api.prisma.organization.update({
    where: { id: eve.orgId },
    data: { name: 'Your invoice is overdue, pay at https://evil.example/pay' },
  });
  api.mails.length = 0;
  const statuses = await inviteStrangers(api, eve.cookie, 25);
  await api.mailer.idle();
  expect([count(statuses, 200), count(statuses, 429)]).toEqual([20, 5]);
  expect(api.mails).toHaveLength(20);
  expect(new Set(api.mails.map(({ subject }) => subject)).size).toBe(1);
  for (const { subject, text } of api.mails) {
    expect(`${subject} ${text}`).not.toMatch(/invoice|evil|Eve/);
    expect(text.match(/https?:\/\/\S+/g)).toEqual([
      expect.stringMatching(`^${api.publicUrl}/invitations/[\\w-]{43}$`),
    ]);
  }
});

test('calls of a person are limited, also those that concern no organisation (P2)', async () => {
  const limited = await startTestApi({ callLimits: { person: 40 } });
  try {
    const { cookie } = await signInMember(limited);
    const statuses: number[] = [];
    for (let n = 0; n < 100; n++)
      statuses.push((await query(limited, 'account.organisations', undefined, { cookie })).status);
    // A new minute may begin in between.
    expect(count(statuses, 200)).toBeLessThanOrEqual(80);
    expect(statuses).toContain(429);
  } finally {
    await limited.close();
  }
});

test('a new password ends every other session (P6)', async () => {
  const bob = await signInMember(api, 'Bob');
  const stolen = await signIn(api, bob.email);
  const body = { currentPassword: password, newPassword: 'a completely new password' };
  const changed = await postAuth(api, 'change-password', body, bob.cookie);
  expect(changed.status).toBe(200);
  expect((await query(api, 'account.me', undefined, { cookie: stolen })).status).toBe(401);
  expect((await query(api, 'account.me', undefined, { cookie: bob.cookie })).status).toBe(401);
});

test('the first password ends every other session too, and is set once (P6)', async () => {
  const bob = await signInMember(api, 'Bob');
  await api.prisma.account.deleteMany({ where: { userId: bob.userId } });
  const stolen = await openSignInLink(api, bob.email);
  const mine = await openSignInLink(api, bob.email);
  const set = () => mutate(api, 'account.setPassword', { newPassword: password }, { cookie: mine });
  const both = await Promise.all([set(), set()]);
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect((await query(api, 'account.me', undefined, { cookie: stolen })).status).toBe(401);
  expect((await query(api, 'account.me', undefined, { cookie: mine })).status).toBe(200);
  await signIn(api, bob.email);
});

/** An owner who has invited somebody as owner. */
async function inviteByOwner() {
  const ada = await signInMember(api);
  const inviter = await addColleague(api, ada, 'owner');
  const late = await signInMember(api, 'Late');
  const input = { email: late.email, role: 'owner' };
  const { body } = await mutate(api, 'member.invite', input, { cookie: inviter.cookie });
  await api.mailer.idle();
  const members = await query(api, 'member.list', undefined, { cookie: ada.cookie });
  const member = members.body.result.data.find(({ userId }) => userId === inviter.userId)!;
  return {
    ada,
    inviter,
    late,
    memberId: member.id,
    invitationId: body.result.data.id,
    accept: () =>
      mutate(
        api,
        'invitation.accept',
        { token: mailedToken(api, late.email) },
        { cookie: late.cookie },
      ),
  };
}

test.each([
  [
    'is removed',
    ({ memberId }: { memberId: string }, { cookie }: Member) =>
      mutate(api, 'member.remove', { memberId }, { cookie }),
  ],
  [
    'is made an operator',
    ({ memberId }: { memberId: string }, { cookie }: Member) =>
      mutate(api, 'member.changeRole', { memberId, role: 'operator' }, { cookie }),
  ],
])('invitations of an owner who %s are cancelled (P7)', async (_how, act) => {
  const invited = await inviteByOwner();
  expect((await act(invited, invited.ada)).status).toBe(200);
  expect((await invited.accept()).status).toBe(404);
  const { body } = await query(api, 'member.invitations', undefined, {
    cookie: invited.ada.cookie,
  });
  expect(body.result.data).toEqual([]);
});

test('an invitation that outlived its owner’s role is refused (P7)', async () => {
  const { inviter, invitationId, accept } = await inviteByOwner();
  await api.prisma.member.deleteMany({ where: { userId: inviter.userId } });
  await api.prisma.invitation.update({
    where: { id: invitationId },
    data: { status: 'pending' },
  });
  expect((await accept()).status).toBe(404);
});

test('the invited get in where sign-up is closed (P8)', async () => {
  const closed = await startTestApi({ allowSignUp: false });
  try {
    const ada = await closed.prisma.user.create({
      data: { email: 'ada@mantis.example', name: 'Ada', emailVerified: true },
    });
    await closed.prisma.organization.create({
      data: {
        name: 'Shop',
        slug: 'shop',
        members: { create: { userId: ada.id, role: 'owner' } },
      },
    });
    const cookie = await openSignInLink(closed, ada.email);
    const input = { email: 'newbie@mantis.example', role: 'operator' };
    await mutate(closed, 'member.invite', input, { cookie });
    await closed.mailer.idle();
    const token = mailedToken(closed, input.email);
    const person = { token, name: 'Newbie', password };
    expect((await mutate(closed, 'invitation.join', person)).status).toBe(200);
    const joined = await query(closed, 'account.me', undefined, {
      cookie: await signIn(closed, input.email),
    });
    expect(joined.body.result.data).toMatchObject({ role: 'operator' });
  } finally {
    await closed.close();
  }
});

test('an unverified account cannot accept an invitation by its id (P8)', async () => {
  const ada = await signInMember(api);
  const email = `${randomUUID()}@mantis.example`;
  const { body } = await mutate(
    api,
    'member.invite',
    { email, role: 'owner' },
    { cookie: ada.cookie },
  );
  await postAuth(api, 'sign-up/email', { email, password, name: 'Eve' });
  const headers = { cookie: await signIn(api, email) };
  const input = { invitationId: body.result.data.id };
  expect((await mutate(api, 'account.acceptInvitation', input, headers)).status).toBe(404);
  const received = await query(api, 'account.invitations', undefined, headers);
  expect(received.body.result.data).toEqual([]);
});

test('a response does not wait for the mail, whose duration would reveal who has an account (P9)', async () => {
  const arrive = Promise.withResolvers<void>();
  const slow = await startTestApi({ beforeMail: () => arrive.promise });
  try {
    const bob = await signInMember(slow, 'Bob');
    for (const path of ['request-password-reset', 'sign-in/magic-link'])
      expect((await postAuth(slow, path, { email: bob.email })).status).toBe(200);
    const input = { email: 'cleo@mantis.example', role: 'viewer' };
    expect((await mutate(slow, 'member.invite', input, { cookie: bob.cookie })).status).toBe(200);
    expect(slow.mails).toEqual([]);
    arrive.resolve();
    await slow.mailer.idle();
    expect(slow.mails).toHaveLength(3);
  } finally {
    arrive.resolve();
    await slow.close();
  }
});

test('no sign-in link is mailed to an address for which it would not work (P10)', async () => {
  const closed = await startTestApi({ allowSignUp: false });
  try {
    await closed.prisma.user.create({ data: { email: 'ada@mantis.example', name: 'Ada' } });
    for (const email of ['stranger@elsewhere.example', 'ada@mantis.example'])
      expect((await postAuth(closed, 'sign-in/magic-link', { email })).status).toBe(200);
    await closed.mailer.idle();
    expect(closed.mails.map(({ to }) => to)).toEqual(['ada@mantis.example']);
  } finally {
    await closed.close();
  }
});

test('one address receives at most five mails an hour (P10)', async () => {
  const bob = await signInMember(api, 'Bob');
  const ada = await signInMember(api);
  api.mails.length = 0;
  for (let n = 0; n < 6; n++) {
    await postAuth(api, 'sign-in/magic-link', { email: bob.email });
    await postAuth(api, 'request-password-reset', { email: bob.email.toUpperCase() });
  }
  await mutate(api, 'member.invite', { email: bob.email, role: 'viewer' }, { cookie: ada.cookie });
  await api.mailer.idle();
  // A new hour may begin in between.
  expect(api.mails.length).toBeLessThanOrEqual(10);
});

test('a link in a mail leads to our own pages, whatever the caller requests (P10)', async () => {
  const bob = await signInMember(api, 'Bob');
  api.mails.length = 0;
  await postAuth(api, 'sign-in/magic-link', {
    email: bob.email,
    callbackURL: '/runs?evil=1',
    errorCallbackURL: '/evil',
    newUserCallbackURL: '/evil',
    name: 'evil',
  });
  await postAuth(api, 'request-password-reset', { email: bob.email, redirectTo: '/evil' });
  await api.mailer.idle();
  expect(api.mails).toHaveLength(2);
  expect(api.mails.map(({ text }) => text).join()).not.toContain('evil');
});

test('guesses at one password from many addresses are delayed, more with each (P11)', async () => {
  const limited = await startTestApi({ rateLimit: true, trustProxy: 'loopback' });
  try {
    const bob = await signInMember(limited, 'Bob');
    const attempt = (n: number, guess: string, email = bob.email) =>
      fetch(`${limited.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: limited.publicUrl,
          'x-forwarded-for': `203.0.113.${n}`,
        },
        body: JSON.stringify({ email, password: guess }),
      });
    const guesses = Array.from({ length: 25 }, (_, n) => n + 1);
    const answers = await Promise.all(guesses.map((n) => attempt(n, `not the password ${n}`)));
    const statuses = answers.map(({ status }) => status);
    // Those that cost nothing, and one a second or more.
    expect(count(statuses, 401)).toBeLessThan(12);
    expect(count(statuses, 429)).toBeGreaterThan(12);
    const { blockedUntil, lastAt } = await limited.prisma.signInFailure.findFirstOrThrow();
    expect(blockedUntil.getTime()).toBeGreaterThan(lastAt.getTime());
    await limited.prisma.signInFailure.updateMany({ data: { blockedUntil: new Date(0) } });
    expect((await attempt(100, password)).status).toBe(200);
    expect(await limited.prisma.signInFailure.count()).toBe(0);
    const unknown = await Promise.all(
      guesses.map((n) => attempt(n + 100, 'x'.repeat(12), 'nobody@mantis.example')),
    );
    expect(
      count(
        unknown.map(({ status }) => status),
        429,
      ),
    ).toBeGreaterThan(12);
  } finally {
    await limited.close();
  }
});

test('names of people are limited in the API and in the database (P13)', async () => {
  const signUp = (name: string) =>
    postAuth(api, 'sign-up/email', { email: `${randomUUID()}@mantis.example`, password, name });
  expect((await signUp('a'.repeat(900_000))).status).toBe(413);
  expect((await signUp('a'.repeat(20_000))).status).toBe(400);
  expect((await signUp('two\nlines')).status).toBe(400);
  expect((await signUp('Ada Lovelace')).status).toBe(200);
  const { userId, orgId } = await signInMember(api);
  const long = 'a'.repeat(201);
  await expect(
    api.prisma.user.update({ where: { id: userId }, data: { name: long } }),
  ).rejects.toThrow();
  await expect(
    api.prisma.organization.update({ where: { id: orgId }, data: { name: long } }),
  ).rejects.toThrow();
  await expect(
    api.db.admin.query(
      `insert into organization_activity (org_id, event, message, actor_type, actor_name)
       values ($1, 'test', 'test', 'user', $2)`,
      [orgId, long],
    ),
  ).rejects.toThrow('actor_name');
});

test('all other stored input of strangers is limited too (P13)', async () => {
  const email = () => `${randomUUID()}@mantis.example`;
  const account = { email: email(), password, name: 'Ada' };
  const long = `${'a'.repeat(1_000)}@mantis.example`;
  for (const [path, body, expected] of [
    ['sign-up/email', { ...account, image: 'https://x.example/'.padEnd(30_000, 'a') }, 400],
    ['sign-up/email', { ...account, email: long }, 400],
    ['sign-up/email', { ...account, name: 'a'.repeat(40_000) }, 413],
    ['sign-in/magic-link', { email: long }, 400],
    ['request-password-reset', { email: long }, 400],
    ['sign-in/email', { email: email(), password: 'a'.repeat(40_000) }, 413],
  ] as const) {
    const { status } = await postAuth(api, path, body);
    expect([path, status]).toEqual([path, expected]);
  }
  const { rows } = await api.db.admin.query<{ table: string }>(
    `select distinct conrelid::regclass::text as table from pg_constraint
      where contype = 'c' and pg_get_constraintdef(oid) ~ 'length' order by 1`,
  );
  expect(rows.map(({ table }) => table)).toEqual(
    expect.arrayContaining([
      'auth_api_key',
      'auth_passkey',
      'auth_session',
      'auth_user',
      'auth_verification',
      'notification_channel',
      'organization',
      'organization_invitation',
      'store_grant',
      'woo_customer_sync_queue',
      'woo_store',
    ]),
  );
});

describe('passkeys (S44)', () => {
  const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} };

  async function addPasskey({ userId }: Member): Promise<string> {
    const { id } = await api.prisma.passkey.create({
      data: {
        userId,
        name: 'Laptop',
        credentialID: randomUUID(),
        publicKey: 'x',
        counter: 0,
        deviceType: 'singleDevice',
        backedUp: false,
      },
    });
    return id;
  }

  test('a person cannot list, rename or remove another person’s passkeys', async () => {
    const [ada, eve] = [await signInMember(api, 'Ada'), await signInMember(api, 'Eve')];
    const id = await addPasskey(ada);
    const asked = { headers: { cookie: eve.cookie } };
    const listed = await fetch(`${api.url}/api/auth/passkey/list-user-passkeys`, asked);
    expect([listed.status, await listed.json()]).toEqual([200, []]);
    for (const [path, body] of [
      ['passkey/update-passkey', { id, name: 'Mine' }],
      ['passkey/delete-passkey', { id }],
    ] as const) {
      for (const cookie of [eve.cookie, undefined])
        expect((await postAuth(api, path, body, cookie)).status).toBe(401);
    }
    expect(await api.prisma.passkey.findUnique({ where: { id } })).toMatchObject({
      name: 'Laptop',
    });
  });

  test.each([
    ['verify-authentication', {}],
    ['verify-authentication', { response: { ...credential, id: { $gt: '' } } }],
    ['verify-authentication', { response: { ...credential, id: 'a\0' } }],
    ['verify-authentication', { response: credential }],
    ['verify-registration', { response: credential }],
    ['verify-registration', { response: credential, name: 'x'.repeat(201) }],
    ['verify-registration', { response: credential, name: 'two\nlines' }],
    ['verify-registration', { response: credential, name: 'Laptop' }],
    ['update-passkey', { id: 'no-uuid', name: 'x' }],
    ['update-passkey', { id: randomUUID(), name: 'x'.repeat(201) }],
    ['delete-passkey', { id: { $gt: '' } }],
  ])('%s refuses %j as a mistake of the caller', async (path, body) => {
    const { cookie } = await signInMember(api);
    const { status } = await postAuth(api, `passkey/${path}`, body, cookie);
    expect(status).toBe(400);
  });

  test('adding a passkey requires a session', async () => {
    const asked = await fetch(`${api.url}/api/auth/passkey/generate-register-options`);
    expect(asked.status).toBe(401);
    const body = { response: credential, name: 'Laptop' };
    expect((await postAuth(api, 'passkey/verify-registration', body)).status).toBe(401);
  });

  test('an account made for another’s address loses its passkeys once the address is verified', async () => {
    const mallory = await signInMember(api, 'Mallory');
    await api.prisma.user.update({
      where: { id: mallory.userId },
      data: { emailVerified: false },
    });
    await addPasskey(mallory);
    await openSignInLink(api, mallory.email);
    expect(await api.prisma.passkey.count({ where: { userId: mallory.userId } })).toBe(0);
    await addPasskey(mallory);
    await openSignInLink(api, mallory.email);
    expect(await api.prisma.passkey.count({ where: { userId: mallory.userId } })).toBe(1);
  });
});
