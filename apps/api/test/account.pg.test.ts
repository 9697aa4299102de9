import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSignInLink } from '../src/auth/create-sign-in-link.ts';
import { makeFirstOwner } from '../src/auth/make-first-owner.ts';
import { mutate, query } from '../../../test/support/call.ts';
import {
  addColleague,
  cookiesOf,
  createKey,
  openSignInLink,
  postAuth,
  signIn,
  signInMember,
} from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const me = (headers?: object) => query(api, 'account.me', undefined, headers);

test('a person who signs in acts for their first organisation', async () => {
  const ada = await signInMember(api, 'Ada');
  const { status, body } = await me({ cookie: ada.cookie });
  expect(status).toBe(200);
  expect(body.result.data).toMatchObject({
    user: { id: ada.userId, name: 'Ada', email: ada.email },
    apiKey: null,
    organisation: { id: ada.orgId, name: "Ada's shop" },
    role: 'owner',
  });
});

test('an API key acts for the organisation it belongs to', async () => {
  const ada = await signInMember(api);
  const key = await createKey(api, ada, { name: 'erp' });
  for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]) {
    const { body } = await me(headers);
    expect(body.result.data).toMatchObject({
      user: null,
      apiKey: { name: 'erp' },
      organisation: { id: ada.orgId },
      role: null,
    });
  }
});

test('an invalid key is rejected, even with a valid session', async () => {
  const ada = await signInMember(api);
  const { status, body } = await me({ cookie: ada.cookie, 'x-api-key': 'mantis_wrong' });
  expect(status).toBe(401);
  expect(body.error.data).toMatchObject({ code: 'unauthorized', httpStatus: 401 });
});

test('a deleted or disabled key is rejected', async () => {
  const ada = await signInMember(api);
  const key = await createKey(api, ada);
  await api.prisma.apikey.updateMany({
    where: { referenceId: ada.orgId },
    data: { enabled: false },
  });
  expect((await me({ 'x-api-key': key })).status).toBe(401);
});

test('removal from the organisation takes effect with the next call', async () => {
  const ada = await addColleague(api, await signInMember(api), 'operator');
  await api.prisma.member.deleteMany({ where: { userId: ada.userId } });
  expect((await me({ cookie: ada.cookie })).body.result.data.organisation).toBeNull();
  const refused = await query(api, 'store.list', undefined, { cookie: ada.cookie });
  expect(refused.status).toBe(403);
  expect(refused.body.error.data.code).toBe('no_organisation');
});

test('a signed-out session is rejected', async () => {
  const ada = await signInMember(api);
  expect((await postAuth(api, 'sign-out', {}, ada.cookie)).status).toBe(200);
  expect((await me({ cookie: ada.cookie })).status).toBe(401);
});

test('a session cannot switch to an organisation that the person is not a member of', async () => {
  const ada = await signInMember(api);
  const eve = await signInMember(api, 'Eve');
  const input = { organisationId: ada.orgId };
  const answer = await mutate(api, 'account.switchOrganisation', input, { cookie: eve.cookie });
  expect(answer.status).toBe(404);
  expect((await me({ cookie: eve.cookie })).body.result.data.organisation?.id).toBe(eve.orgId);
});

test('the first owner is created once, even by concurrent calls, and signs in to the same organisation', async () => {
  const first = { email: 'first@mantis.example', organisation: 'First shop' };
  const made = await Promise.all([1, 2].map(() => makeFirstOwner(api.prisma, first)));
  expect(made.filter(Boolean)).toHaveLength(1);
  const organisationOf = async () => {
    const { body } = await me({ cookie: await openSignInLink(api, first.email) });
    return body.result.data.organisation;
  };
  const before = await organisationOf();
  expect(before?.name).toBe('First shop');
  expect(await makeFirstOwner(api.prisma, first)).toBe(false);
  expect(await organisationOf()).toEqual(before);
  expect(await makeFirstOwner(api.prisma, { ...first, organisation: 'Second shop' })).toBe(true);
});

test('a sign-in link for an unknown address signs no one in if sign-up is closed', async () => {
  const closed = await startTestApi({ allowSignUp: false });
  try {
    const body = { email: 'eve@mantis.example', password: 'a long enough password', name: 'Eve' };
    expect((await postAuth(closed, 'sign-up/email', body)).status).toBe(400);
    const link = new URL(await createSignInLink(closed.auth, 'eve@mantis.example'));
    const opened = await fetch(`${closed.url}${link.pathname}${link.search}`, {
      redirect: 'manual',
    });
    expect(cookiesOf(opened)).toBe('');
    expect(await closed.prisma.user.count()).toBe(0);
  } finally {
    await closed.close();
  }
});

test('tries at signing in are limited, whatever address the client claims', async () => {
  const limited = await startTestApi({ rateLimit: true });
  try {
    const statuses: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt++) {
      const answer = await fetch(`${limited.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: limited.publicUrl,
          'x-forwarded-for': `203.0.113.${attempt}`,
          'x-mantis-client-address': `203.0.113.${attempt}`,
        },
        // Another account each time: one account has a limit of its own.
        body: JSON.stringify({
          email: `ada${attempt}@mantis.example`,
          password: 'not the right password',
        }),
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  } finally {
    await limited.close();
  }
});

test('cookies are secure where the public address is https', async () => {
  const secure = await startTestApi({ publicUrl: 'https://mantis.test' });
  try {
    const ada = await signInMember(secure);
    expect(ada.cookie).toMatch(/^__Secure-mantis/);
    expect(
      (await fetch(`${secure.url}/healthz`)).headers.get('strict-transport-security'),
    ).toContain('max-age=');
    expect(await signIn(secure, ada.email)).toMatch(/^__Secure-mantis/);
  } finally {
    await secure.close();
  }
});

test('a mutation needs an identity too', async () => {
  const { status } = await mutate(api, 'sync.start', { storeId: crypto.randomUUID() });
  expect(status).toBe(401);
});
