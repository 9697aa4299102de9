import { createWooSim, type SimKey, type WooSim } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { addColleague, signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

const publicUrl = 'http://127.0.0.1:4400';
const path = '/api/v1/wc-auth/callback';

let api: TestApi;
let sim: WooSim;
let other: WooSim;
let ada: Member;
/** What the store sends, before it is sent; a test may change it on its way. */
let tamper: (body: Record<string, unknown>) => object;
/** Everything that the API answered, as text. */
const answers: string[] = [];
/** Every secret in use. */
const secrets = new Set<string>();

beforeAll(async () => {
  [api, sim, other] = await Promise.all([
    startTestApi({ publicUrl }),
    createWooSim({
      customers: 3,
      postDelivery: async (url, _headers, body) => {
        if (url !== `${publicUrl}${path}`) throw new Error(`the store posts to ${url}`);
        const sent: Record<string, string> = JSON.parse(body);
        for (const name of ['user_id', 'consumer_key', 'consumer_secret'])
          secrets.add(sent[name] ?? '');
        return post(tamper(sent));
      },
    }),
    createWooSim({ customers: 3, keys: [strangerKey] }),
  ]);
});
afterAll(() => Promise.all([api.close(), sim.close(), other.close()]));
beforeEach(async () => {
  tamper = (body) => body;
  ada = await signInMember(api);
});

const strangerKey: SimKey = {
  consumerKey: `ck_${'a1'.repeat(20)}`,
  consumerSecret: `cs_${'b2'.repeat(20)}`,
  permissions: 'read_write',
  userRole: 'administrator',
};

/** Sends something to the callback, as any server can. */
async function post(body: object | string, headers: object = {}): Promise<number> {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  answers.push(await response.text());
  return response.status;
}

async function begin(member = ada, change: object = {}) {
  const input = { url: sim.url, name: 'Shop', scope: 'read_write', ...change };
  const { status, body } = await mutate(api, 'store.beginAuthorization', input, member);
  answers.push(JSON.stringify(body).replace(/user_id=[0-9a-f]{64}/, ''));
  expect(status).toBe(200);
  const { authorizationId, authorizeUrl } = body.result.data;
  const page = await (await fetch(authorizeUrl)).text();
  const linkTo = (name: string) =>
    (new RegExp(`href="([^"]+)" class="button wc-auth-${name}"`).exec(page)?.[1] ?? '').replaceAll(
      '&amp;',
      '&',
    );
  const nonce = new URL(authorizeUrl).searchParams.get('user_id') ?? '';
  secrets.add(nonce);
  return { authorizationId, nonce, page, approve: linkTo('approve'), deny: linkTo('deny') };
}

async function press(link: string) {
  const response = await fetch(link, { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location') };
}

async function authorizationOf(authorizationId: string, member = ada) {
  const { body } = await query(api, 'store.authorization', { authorizationId }, member);
  answers.push(JSON.stringify(body));
  return body.result.data;
}

async function stores(member = ada) {
  const { body } = await query(api, 'store.list', undefined, member);
  answers.push(JSON.stringify(body));
  return body.result.data;
}

const bodyOf = (nonce: string, key: Partial<SimKey> = sim.defaultCredentials) => ({
  key_id: 1,
  user_id: nonce,
  consumer_key: key.consumerKey,
  consumer_secret: key.consumerSecret,
  key_permissions: 'read_write',
});

test('after approval the store is connected with the chosen settings; the nonce works once (S43)', async () => {
  const choices = {
    settings: { roleFilter: 'customer', guests: 'on' },
    schedules: 'hourly',
    timeZone: 'Europe/Vienna',
  };
  const { authorizationId, nonce, page, approve } = await begin(ada, choices);
  expect(page).toContain("Mantis Sync for Ada's shop");
  expect(await authorizationOf(authorizationId)).toMatchObject({
    state: 'waiting',
    storeId: null,
    url: sim.url,
    ...choices,
  });

  const done = await press(approve);
  expect(done.status).toBe(302);
  expect(done.location).toBe(
    `${publicUrl}/connect?grant=${authorizationId}&success=1&user_id=${nonce}`,
  );
  const [store] = await stores();
  expect(await authorizationOf(authorizationId)).toMatchObject({
    state: 'connected',
    storeId: store?.id,
  });
  expect(store).toMatchObject({
    name: 'Shop',
    url: sim.url,
    keyHint: sim.keys.at(-1)?.consumerKey.slice(-4),
    settings: { roleFilter: 'customer', guests: 'on' },
    diagnosis: { isHealthy: true },
  });
  const { rows: activity } = await api.db.admin.query(
    'select event, actor_type, actor_id, actor_name from woo_sync_activity where store_id = $1',
    [store?.id],
  );
  expect(activity).toEqual([
    { event: 'store.connected', actor_type: 'user', actor_id: ada.userId, actor_name: 'Ada' },
  ]);
  const { rows: schedules } = await api.db.admin.query(
    'select kind, cron, time_zone from sync_schedule where store_id = $1 order by kind',
    [store?.id],
  );
  expect(schedules).toMatchObject([
    { kind: 'delta', cron: expect.stringMatching(/^\d+ \* \* \* \*$/), time_zone: 'Europe/Vienna' },
    { kind: 'reconcile' },
  ]);

  // The same nonce again, with valid keys: as if it did not exist. No page is open here.
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect(await post(bodyOf(nonce), headers)).toBe(401);
  expect(await stores()).toEqual([store]);

  // A second authorization of the same store replaces its keys.
  const again = await begin();
  expect((await press(again.approve)).status).toBe(302);
  const rekeyed = await stores();
  expect(rekeyed).toMatchObject([
    { id: store?.id, name: 'Shop', keyHint: sim.keys.at(-1)?.consumerKey.slice(-4) },
  ]);
  expect(rekeyed[0]?.keyHint).not.toBe(store?.keyHint);
  expect(await authorizationOf(again.authorizationId)).toMatchObject({
    state: 'connected',
    storeId: store?.id,
  });
});

test('two concurrent callbacks of one authorization: one is accepted (S43)', async () => {
  const { nonce } = await begin();
  const statuses = await Promise.all([1, 2, 3].map(() => post(bodyOf(nonce))));
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
  expect(await stores()).toHaveLength(1);
});

test('an unknown, used, expired or cancelled nonce, and keys of another store: 401, and nothing is stored (S43)', async () => {
  const before = sim.keys.length;
  // Expired.
  const late = await begin();
  await api.db.admin.query('update store_grant set expires_at = mantis.now() where id = $1', [
    late.authorizationId,
  ]);
  expect(await press(late.approve)).toMatchObject({ status: 401 });
  expect(await authorizationOf(late.authorizationId)).toMatchObject({ state: 'expired' });

  // Keys of another store, sent by somebody who saw the nonce.
  const stolen = await begin();
  expect(await post(bodyOf(stolen.nonce, strangerKey))).toBe(401);
  expect(other.requests).toEqual([]);
  const refused = await authorizationOf(stolen.authorizationId);
  expect(refused).toMatchObject({ state: 'refused', refusal: { code: 'wrong_key' } });
  // The nonce is then used.
  expect(await post(bodyOf(stolen.nonce))).toBe(401);

  // A secret that was changed in transit: the store revokes the key.
  const spoilt = await begin();
  tamper = (body) => ({ ...body, consumer_secret: `cs_${'0'.repeat(40)}` });
  expect(await press(spoilt.approve)).toMatchObject({ status: 401, location: null });
  expect(await authorizationOf(spoilt.authorizationId)).toMatchObject({
    state: 'refused',
    refusal: { reason: expect.stringMatching(/secret/i) },
  });
  tamper = (body) => body;

  // Denied at the store, then approved in a second tab.
  const denied = await begin();
  expect(new URL(denied.deny).searchParams.get('success')).toBe('0');
  const { body } = await mutate(
    api,
    'store.cancelAuthorization',
    { authorizationId: denied.authorizationId },
    ada,
  );
  expect(body.result.data).toMatchObject({ state: 'refused', refusal: { code: 'denied' } });
  expect(await press(denied.approve)).toMatchObject({ status: 401 });

  // The person who started it is no longer an owner.
  const bob = await addColleague(api, ada, 'owner');
  const left = await begin(bob);
  const demote = { where: { userId: bob.userId }, data: { role: 'viewer' } };
  await api.prisma.member.updateMany(demote);
  expect(await press(left.approve)).toMatchObject({ status: 401 });
  const { rows } = await api.db.admin.query('select reason_code from store_grant where id = $1', [
    left.authorizationId,
  ]);
  expect(rows).toEqual([{ reason_code: 'not_allowed' }]);

  const nobody = 'f'.repeat(64);
  expect(await post(bodyOf(stolen.nonce))).toBe(401);
  const used = answers.at(-1);
  expect(await post(bodyOf(nobody))).toBe(401);
  const unknown = answers.at(-1);
  expect(unknown).toBe(used);
  for (const broken of ['', '{', '[]', '{"user_id":1}', { ...bodyOf(nobody), user_id: 'x' }]) {
    expect([broken, await post(broken)]).toEqual([broken, 401]);
    expect(answers.at(-1)).toBe(unknown);
  }
  expect(await post({ ...bodyOf(nobody), more: 'x'.repeat(5_000) })).toBe(413);

  expect(sim.keys).toHaveLength(before);
  expect(await stores()).toEqual([]);
});

test('an authorization is visible to the person who started it, and only owners can start one', async () => {
  const { authorizationId } = await begin();
  const eve = await signInMember(api, 'Eve');
  const colleague = await addColleague(api, ada, 'owner');
  const viewer = await addColleague(api, ada, 'operator');
  for (const member of [eve, colleague]) {
    for (const send of [query, mutate]) {
      const name = send === query ? 'store.authorization' : 'store.cancelAuthorization';
      const { status, body } = await send(api, name, { authorizationId }, member);
      expect([status, body.error.data.code]).toEqual([404, 'authorization_not_found']);
    }
  }
  const input = { url: sim.url, name: 'Shop', scope: 'read' };
  expect((await mutate(api, 'store.beginAuthorization', input, viewer)).status).toBe(403);
  expect((await mutate(api, 'store.probe', { url: sim.url }, viewer)).status).toBe(403);
  expect(await authorizationOf(authorizationId)).toMatchObject({ state: 'waiting' });
});

test('an address is probed without keys, and problems are shown with a fix', async () => {
  const probe = async (url: string) =>
    (await mutate(api, 'store.probe', { url }, ada)).body.result.data;
  const found = await probe(`${sim.url}/wp-admin/`);
  expect(found).toMatchObject({
    url: sim.url,
    site: { name: 'Example Store', timeZone: 'Europe/Berlin' },
    known: null,
    oneClick: { isPossible: true, reason: null },
  });
  expect(found.findings.map(({ level, code }) => `${level} ${code}`)).toEqual([
    'ok canonical',
    'warning plain_http',
    'ok rest_reachable',
    'ok woocommerce',
  ]);
  const unsafe = await probe('http://169.254.169.254/');
  expect(unsafe).toMatchObject({ url: null, oneClick: null });
  expect(unsafe.findings).toMatchObject([
    { level: 'problem', code: 'unsafe_address', fix: expect.any(String) },
  ]);
  const refused = await mutate(
    api,
    'store.beginAuthorization',
    { url: 'http://10.0.0.1', name: 'Shop', scope: 'read' },
    ada,
  );
  expect([refused.status, refused.body.error.data.code]).toEqual([422, 'unsafe_address']);
});

test('a store behind a web server’s own password is probed and authorized with that login (S43)', async () => {
  const webLogin = { user: 'staging', password: 'a-Password-of-nginx' };
  secrets.add(webLogin.password);
  secrets.add(Buffer.from(`${webLogin.user}:${webLogin.password}`).toString('base64'));
  const guarded = await createWooSim({
    customers: 3,
    webLogin,
    postDelivery: (_url, _headers, body) => post(body),
  });
  onTestFinished(() => guarded.close());
  const { url } = guarded;
  const probe = async (login?: object) => {
    const input = { url, ...(login && { webLogin: login }) };
    const { body } = await mutate(api, 'store.probe', input, ada);
    answers.push(JSON.stringify(body));
    const { findings, oneClick } = body.result.data;
    return [oneClick?.isPossible, ...findings.map(({ code }) => code)];
  };
  expect(await probe()).toEqual([undefined, 'web_login']);
  expect(await probe({ ...webLogin, password: 'x' })).toEqual([undefined, 'web_login_refused']);
  expect(await probe(webLogin)).toContain('woocommerce');

  const input = { url, name: 'Staging', scope: 'read', settings: { roleFilter: 'customer' } };
  const refused = await mutate(api, 'store.beginAuthorization', input, ada);
  expect([refused.status, refused.body.error.data.code]).toEqual([422, 'web_login']);
  const withLogin = { authorization: `Basic ${btoa(`${webLogin.user}:${webLogin.password}`)}` };
  const pressAs = (link: string) => fetch(link, { headers: withLogin, redirect: 'manual' });
  const kept = async (id: string) => {
    const text = 'select web_login_cipher is not null as kept from store_grant where id = $1';
    return (await api.db.admin.query(text, [id])).rows[0];
  };
  const begun = await mutate(api, 'store.beginAuthorization', { ...input, webLogin }, ada);
  const first = begun.body.result.data.authorizationId;
  expect(await kept(first)).toEqual({ kept: true });
  await mutate(api, 'store.cancelAuthorization', { authorizationId: first }, ada);

  // Again, with the choices and the login of before.
  for (const stranger of [await signInMember(api, 'Eve'), await addColleague(api, ada, 'owner')]) {
    const tried = await mutate(
      api,
      'store.repeatAuthorization',
      { authorizationId: first },
      stranger,
    );
    expect(tried.status).toBe(404);
  }
  const again = await mutate(api, 'store.repeatAuthorization', { authorizationId: first }, ada);
  const { authorizationId, authorizeUrl } = again.body.result.data;
  expect(authorizationId).not.toBe(first);
  secrets.add(new URL(authorizeUrl).searchParams.get('user_id') ?? '');
  const page = await (await pressAs(authorizeUrl)).text();
  const approve = /href="([^"]+)" class="button wc-auth-approve"/.exec(page)?.[1] ?? '';
  expect((await pressAs(approve.replaceAll('&amp;', '&'))).status).toBe(302);
  const found = await stores();
  expect(found).toMatchObject([
    { name: 'Staging', hasWebLogin: true, settings: { roleFilter: 'customer' } },
  ]);
  expect(await authorizationOf(authorizationId)).toMatchObject({ state: 'connected' });
  expect(await kept(authorizationId)).toEqual({ kept: false });
});

test('no key, login or nonce appears in a response, the log, or any table unencrypted (S43)', async () => {
  expect(secrets.size).toBeGreaterThan(10);
  const { rows: tables } = await api.db.admin.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const stored: string[] = [];
  for (const { name } of tables) {
    const { rows } = await api.db.admin.query<{ text: string }>(
      `select t::text as text from ${name} t`,
    );
    stored.push(...rows.map(({ text }) => text));
  }
  const hex = [...secrets].map((secret) => Buffer.from(secret).toString('hex'));
  const everything = [...answers, api.logged(), ...stored].join('\n');
  for (const secret of [...secrets, ...hex]) expect(everything.includes(secret)).toBe(false);
});
