import { expect, test } from 'vitest';
import { oauthSignature } from '../src/index.ts';
import type { WooSim } from '../src/index.ts';
import { ask, basic, ownKey, startSim } from './client.ts';

const customers = '/wp-json/wc/v3/customers';

async function outcome(response: Response): Promise<[status: number, code: unknown]> {
  const body: { code?: string } = JSON.parse(await response.text());
  return [response.status, body.code];
}

const keyQuery = (sim: WooSim): string =>
  new URLSearchParams({
    consumer_key: sim.defaultCredentials.consumerKey,
    consumer_secret: sim.defaultCredentials.consumerSecret,
  }).toString();

test('plain http is not https unless configured so: neither Basic nor keys in the query work', async () => {
  const sim = await startSim({ pretendHttps: false });
  const refused = [401, 'woocommerce_rest_cannot_view'];
  expect(await outcome(await ask(sim, customers))).toEqual(refused);
  expect(await outcome(await fetch(`${sim.url}${customers}?${keyQuery(sim)}`))).toEqual(refused);
  const forwarded = { headers: { 'x-forwarded-proto': 'https' } };
  expect((await ask(sim, customers, forwarded)).status).toBe(401);
  const proxied = await startSim({ pretendHttps: false, trustForwardedProto: true });
  expect((await ask(proxied, customers, forwarded)).status).toBe(200);
  expect((await ask(proxied, customers)).status).toBe(401);
});

test('a web server that strips the header accepts keys in the query, and echoes them in Link', async () => {
  const sim = await startSim({ stripAuthorization: true });
  expect((await ask(sim, customers)).status).toBe(401);
  const response = await fetch(`${sim.url}${customers}?${keyQuery(sim)}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('link')).toContain(sim.defaultCredentials.consumerSecret);
});

test('keys in the query win over Basic', async () => {
  const sim = await startSim();
  const response = await ask(sim, `${customers}?consumer_key=ck_wrong&consumer_secret=cs_wrong`);
  expect(response.status).toBe(401);
});

test('a key can be revoked, narrowed, or its user demoted while the store runs', async () => {
  const sim = await startSim();
  const key = ownKey(sim);
  expect((await ask(sim, customers)).status).toBe(200);
  key.permissions = 'read';
  expect((await ask(sim, customers)).status).toBe(200);
  const write = await ask(sim, customers, { method: 'POST' });
  expect(await outcome(write)).toEqual([401, 'woocommerce_rest_authentication_error']);
  key.userRole = 'subscriber';
  expect(await outcome(await ask(sim, customers))).toEqual([403, 'woocommerce_rest_cannot_view']);
  sim.keys.length = 0;
  expect(await outcome(await ask(sim, customers))).toEqual([401, 'woocommerce_rest_cannot_view']);
});

test('meta_data is for administrators alone', async () => {
  const sim = await startSim();
  const fields = async (): Promise<string[]> => {
    const rows: object[] = JSON.parse(await (await ask(sim, customers)).text());
    return Object.keys(rows[0] ?? {});
  };
  expect(await fields()).toContain('meta_data');
  for (const key of sim.keys) key.userRole = 'shop_manager';
  expect(await fields()).not.toContain('meta_data');
});

test('OAuth over http: in the query or the header; a nonce is good once, a time stamp for 15 minutes', async () => {
  const clock = { now: Date.UTC(2026, 10, 24) };
  const sim = await startSim({ pretendHttps: false, now: () => clock.now });
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  const signed = (nonce: string, skewSeconds = 0): Map<string, string> => {
    const parameters = new Map([
      ['search', 'a b&c'],
      ['oauth_consumer_key', consumerKey],
      ['oauth_nonce', nonce],
      ['oauth_signature_method', 'HMAC-SHA1'],
      ['oauth_timestamp', String(clock.now / 1000 + skewSeconds)],
    ]);
    const signing = { method: 'GET', requestUri: customers, home: sim.url, consumerSecret };
    const signature = oauthSignature({ ...signing, parameters, algorithm: 'HMAC-SHA1' });
    return parameters.set('oauth_signature', signature);
  };
  const byQuery = (parameters: Map<string, string>): Promise<Response> =>
    fetch(`${sim.url}${customers}?${String(new URLSearchParams([...parameters]))}`);
  expect((await byQuery(signed('one'))).status).toBe(200);
  expect(await outcome(await byQuery(signed('one')))).toEqual([
    401,
    'woocommerce_rest_authentication_error',
  ]);
  expect((await byQuery(signed('two', -15 * 60))).status).toBe(200);
  expect((await byQuery(signed('three', -15 * 60 - 1))).status).toBe(401);
  const { search, ...oauth } = Object.fromEntries(signed('four'));
  const header = Object.entries(oauth).map(
    ([name, value]) => `${name}="${encodeURIComponent(value)}"`,
  );
  const byHeader = await fetch(
    `${sim.url}${customers}?${String(new URLSearchParams({ search: search ?? '' }))}`,
    {
      headers: { authorization: `OAuth ${header.join(', ')}` },
    },
  );
  expect(byHeader.status).toBe(200);
  const partial = await fetch(`${sim.url}${customers}?oauth_nonce=x&oauth_timestamp=1`);
  expect(await outcome(partial)).toEqual([
    401,
    'woocommerce_rest_authentication_missing_parameter',
  ]);
});

test('plain permalinks: only the dummy parameter with its slashes as they are lets a key in', async () => {
  const sim = await startSim({ permalinks: 'plain' });
  const route = 'rest_route=/wc/v3/customers';
  expect((await ask(sim, `/?${route}`)).status).toBe(401);
  expect((await ask(sim, `/?_=%2Fwp-json%2Fwc%2F&${route}`)).status).toBe(401);
  const response = await ask(sim, `/?_=/wp-json/wc/&${route}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('link')).toContain('/index.php?rest_route=%2Fwc%2Fv3%2Fcustomers&_=');
  const lost = await ask(sim, '/wp-json/wc/v3/customers');
  expect([lost.status, lost.headers.get('location')]).toEqual([
    301,
    `${sim.url}/wp-json/wc/v3/customers/`,
  ]);
  const home = await ask(sim, '/wp-json/wc/v3/customers/');
  expect([home.status, home.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=UTF-8',
  ]);
});

test('a wrong secret differs from a wrong key', async () => {
  const sim = await startSim();
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  const as = (key: { consumerKey: string; consumerSecret: string }): Promise<Response> =>
    fetch(sim.url + customers, { headers: { authorization: basic(key) } });
  expect(await outcome(await as({ consumerKey: 'ck_x', consumerSecret }))).toEqual([
    401,
    'woocommerce_rest_cannot_view',
  ]);
  expect(await outcome(await as({ consumerKey, consumerSecret: 'cs_x' }))).toEqual([
    401,
    'woocommerce_rest_authentication_error',
  ]);
});
