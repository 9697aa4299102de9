import { createWooSim, type SimKey } from '@mantis-sync/woo-sim';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reply, type Reply, scriptedStore, testTls } from '../../test/woo/scripted-store.ts';
import { probeConnection } from './connect-store.ts';
import { createSafeDispatcher } from './safe-connect.ts';
import type { StoreCredentials } from './store-request.ts';
import { WooError } from './woo-error.ts';

type SimOptions = NonNullable<Parameters<typeof createWooSim>[0]>;

async function simOf(options: SimOptions = {}) {
  const sim = await createWooSim({ customers: 12, ...options });
  onTestFinished(() => sim.close());
  return sim;
}

const allowHosts = ['127.0.0.1', 'localhost'];

function probe(url: string, credentials: StoreCredentials, allowed = allowHosts) {
  const rules = { allowHosts: allowed };
  const dispatcher = createSafeDispatcher({ ...rules, ca: testTls.cert });
  onTestFinished(() => dispatcher.destroy());
  return probeConnection({ url, credentials, dispatcher, ...rules });
}

async function codeOf(probing: Promise<unknown>): Promise<string> {
  const error = await probing.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof WooError ? error.code : String(error);
}

const noKeys = { consumerKey: 'ck_none', consumerSecret: 'cs_none' };

/** A store that answers by the path of the request. */
function byPath(replies: Record<string, Reply>): Reply {
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    (replies[path] ?? reply(404, {}, '<html>not here</html>'))(request, response);
  };
}

const index = reply(200, {}, JSON.stringify({ namespaces: ['wp/v2', 'wc/v3'] }));

describe('probeConnection', () => {
  it('prefers Basic over https', async () => {
    const sim = await simOf({ tls: testTls, staff: true });
    expect(await probe(`${sim.url}/wp-admin/`, sim.defaultCredentials)).toEqual({
      baseUrl: sim.url,
      authMode: 'basic',
      routeStyle: 'pretty',
      wooVersion: '10.0.2',
      total: 15,
      warnings: [],
      keyUserIsAdmin: true,
    });
  });

  it('signs over http', async () => {
    const sim = await simOf();
    const found = await probe(sim.url, sim.defaultCredentials);
    expect(found).toMatchObject({ authMode: 'oauth1', routeStyle: 'pretty', total: 12 });
    expect(sim.requests.some((entry) => JSON.stringify(entry).includes('consumer_secret'))).toBe(
      false,
    );
  });

  it('falls back to the query where the Authorization header is stripped, and says so', async () => {
    const sim = await simOf({ tls: testTls, stripAuthorization: true });
    expect(await probe(sim.url, sim.defaultCredentials)).toMatchObject({
      authMode: 'query',
      warnings: ['authorization_stripped'],
    });
  });

  it('finds plain permalinks', async () => {
    const sim = await simOf({ tls: testTls, permalinks: 'plain' });
    expect(await probe(sim.url, sim.defaultCredentials)).toMatchObject({
      authMode: 'basic',
      routeStyle: 'plain',
      total: 12,
    });
  });

  it('follows redirects of the index to the canonical address, without keys', async () => {
    const sim = await simOf({ tls: testTls });
    const entrance = await scriptedStore(
      byPath({
        '/wp-json/': reply(301, { location: '/shop/wp-json/' }, ''),
        '/shop/wp-json/': (_, response) =>
          response.writeHead(302, { location: `${sim.url}/wp-json/?x=1` }).end(),
      }),
    );
    const found = await probe(entrance.url, sim.defaultCredentials);
    expect(found).toMatchObject({ baseUrl: sim.url, authMode: 'basic' });
    expect(entrance.requests).toHaveLength(2);
    for (const { url, headers } of entrance.requests) {
      expect(headers.authorization).toBeUndefined();
      expect(url).not.toMatch(/oauth|consumer/);
    }
  });

  it('gives up after three redirects', async () => {
    let hops = 0;
    const store = await scriptedStore((_, response) =>
      response.writeHead(302, { location: `/${++hops}/wp-json/` }).end(),
    );
    expect(await codeOf(probe(store.url, noKeys))).toBe('redirected');
    expect(store.requests).toHaveLength(4);
  });

  it('follows no redirect to a private address or from https to http', async () => {
    const inside = await scriptedStore(index);
    const away = await scriptedStore(
      reply(302, { location: `http://127.0.0.1:${inside.port}/wp-json/` }, ''),
    );
    const allowed = [`127.0.0.1:${away.port}`];
    expect(await codeOf(probe(away.url, noKeys, allowed))).toBe('unsafe_address');

    const down = await scriptedStore(reply(302, { location: `${inside.url}/wp-json/` }, ''), {
      tls: true,
    });
    expect(await codeOf(probe(down.url, noKeys))).toBe('redirected');
    expect(inside.requests).toHaveLength(0);
  });

  it('tries the keys where the index is not public', async () => {
    const page = reply(200, { 'x-wp-total': '1' }, '[{"id":4}]');
    const hidden = reply(401, {}, '{"code":"rest_login_required","message":"No"}');
    const store = await scriptedStore(
      byPath({ '/wp-json/': hidden, '/wp-json/wc/v3/customers': page }),
    );
    expect(await probe(store.url, noKeys)).toEqual({
      baseUrl: store.url,
      authMode: 'oauth1',
      routeStyle: 'pretty',
      total: 1,
      warnings: ['index_hidden'],
      keyUserIsAdmin: false,
    });
  });

  const key = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };
  const readKey: SimKey = { ...key, permissions: 'read', userRole: 'administrator' };
  it.each<[string, StoreCredentials, Partial<SimKey>, string]>([
    ['an unknown key', { ...key, consumerKey: 'ck_2' }, {}, 'wrong_key'],
    ['a wrong secret', { ...key, consumerSecret: 'cs_2' }, {}, 'wrong_secret'],
    ['a key that may only write', key, { permissions: 'write' }, 'key_without_read'],
    ['the key of a subscriber', key, { userRole: 'subscriber' }, 'key_user_not_allowed'],
  ])('explains %s, with Basic and where the header is stripped', async (_, given, more, code) => {
    const keys = [{ ...readKey, ...more }];
    for (const stripAuthorization of [false, true]) {
      const sim = await simOf({ tls: testTls, keys, stripAuthorization });
      expect(await codeOf(probe(sim.url, given))).toBe(code);
    }
  });

  it('connects with the key of a shop manager, which is not sent meta_data', async () => {
    const keys: SimKey[] = [{ ...readKey, userRole: 'shop_manager' }];
    const sim = await simOf({ tls: testTls, keys });
    expect(await probe(sim.url, key)).toMatchObject({ authMode: 'basic', keyUserIsAdmin: false });
  });

  it.each([
    ['another site', reply(404, {}, '<html></html>'), 'not_woocommerce'],
    [
      'a site that answers anything with a page',
      reply(200, {}, '<html></html>'),
      'not_woocommerce',
    ],
    [
      'a site that sends all to its home page',
      reply(302, { location: '/' }, ''),
      'not_woocommerce',
    ],
    ['WordPress alone', reply(200, {}, '{"namespaces":["wp/v2"]}'), 'not_woocommerce'],
    ['a store in maintenance', reply(503, {}, 'Scheduled maintenance'), 'maintenance'],
    ['a captcha', reply(202, { 'sg-captcha': 'challenge' }, ''), 'captcha'],
    ['a firewall', reply(403, {}, '<html>Forbidden</html>'), 'rest_blocked'],
  ])('explains %s', async (_what, given, code) => {
    const store = await scriptedStore(given);
    expect(await codeOf(probe(store.url, noKeys))).toBe(code);
  });

  it('refuses unsafe addresses before any request', async () => {
    const store = await scriptedStore(index);
    expect(await codeOf(probe(store.url, noKeys, []))).toBe('unsafe_address');
    expect(await codeOf(probe('nonsense', noKeys))).toBe('bad_url');
    expect(store.requests).toHaveLength(0);
  });
});
