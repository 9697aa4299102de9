import { createWooSim, type SimKey } from '@mantis-sync/woo-sim';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reply, type Reply, scriptedStore, testTls } from '../../test/woo/scripted-store.ts';
import { probeConnection } from './connect-store.ts';
import { createSafeDispatcher } from './safe-connect.ts';
import type { StoreCredentials, WebLogin } from './store-request.ts';
import { WooError } from './woo-error.ts';

type SimOptions = NonNullable<Parameters<typeof createWooSim>[0]>;

async function simOf(options: SimOptions = {}) {
  const sim = await createWooSim({ customers: 12, ...options });
  onTestFinished(() => sim.close());
  return sim;
}

const allowHosts = ['127.0.0.1', 'localhost'];

function probe(
  url: string,
  credentials: StoreCredentials,
  allowed = allowHosts,
  webLogin?: WebLogin,
) {
  const rules = { allowHosts: allowed };
  const dispatcher = createSafeDispatcher({ ...rules, ca: testTls.cert });
  onTestFinished(() => dispatcher.destroy());
  return probeConnection({ url, credentials, dispatcher, webLogin, ...rules });
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
      restPrefix: 'wp-json',
      home: sim.url,
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

  it('tries the keys if the index is not public', async () => {
    const page = reply(200, { 'x-wp-total': '1' }, '[{"id":4}]');
    const hidden = reply(401, {}, '{"code":"rest_login_required","message":"No"}');
    const store = await scriptedStore(
      byPath({ '/wp-json/': hidden, '/wp-json/wc/v3/customers': page }),
    );
    expect(await probe(store.url, noKeys)).toEqual({
      baseUrl: store.url,
      authMode: 'oauth1',
      routeStyle: 'pretty',
      restPrefix: 'wp-json',
      home: null,
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

  const customers = reply(200, { 'x-wp-total': '1' }, '[{"id":4,"email":"a@b.test"}]');
  const api = '/wp-json/wc/v3/customers';

  describe('kind 2: an inconclusive index blocks nothing', () => {
    it.each<[string, Reply]>([
      ['no namespaces', reply(200, {}, '{"namespaces":[]}')],
      ['an empty list', reply(200, {}, '[]')],
      ['nothing', reply(200, {}, '')],
      ['404', reply(404, {}, '{"code":"rest_no_route","message":"x","data":{"status":404}}')],
      ['a redirect to the login', reply(302, { location: '/wp-login.php?x' }, '')],
      ['a firewall', reply(403, {}, '<html>Forbidden</html>')],
      ['an error of the index alone', reply(500, {}, '<html>critical error</html>')],
      ['a page in its place', reply(200, {}, '<html><title>Shop</title></html>')],
      ['a missing page', reply(404, {}, '<html>gone</html>')],
      ['JSON that breaks off', reply(200, {}, '{"namespaces":["wc/v3"')],
      ['a captcha for those without keys', reply(202, { 'sg-captcha': 'challenge' }, '')],
      ['maintenance for those without keys', reply(503, {}, 'Under maintenance')],
      ['a limit for those without keys', reply(429, {}, '')],
      ['null', reply(200, {}, 'null')],
      ['a text', reply(200, {}, '"no"')],
      ['a redirect to another login', reply(302, { location: '/login/?redirect_to=x' }, '')],
      ['a method that is not allowed', reply(405, {}, '')],
      [
        'a noisy refusal',
        reply(401, {}, 'Notice: x in y.php on line 1\n{"code":"x","message":"y"}'),
      ],
    ])('%s', async (_what, hidden) => {
      const store = await scriptedStore(byPath({ '/wp-json/': hidden, [api]: customers }), {
        tls: true,
      });
      expect(await probe(store.url, noKeys)).toMatchObject({
        baseUrl: store.url,
        authMode: 'basic',
        routeStyle: 'pretty',
        warnings: ['index_hidden'],
      });
    });

    it('reports an unknown key if WooCommerce rejected it, not if the index did', async () => {
      const refused = reply(401, {}, '{"code":"woocommerce_rest_cannot_view","message":"x"}');
      const hidden = reply(200, {}, '{"namespaces":[]}');
      const store = await scriptedStore(byPath({ '/wp-json/': hidden, [api]: refused }));
      expect(await codeOf(probe(store.url, noKeys))).toBe('wrong_key');
    });

    it('in both route styles', async () => {
      const store = await scriptedStore(
        (request, response) => {
          const { searchParams } = new URL(request.url ?? '', 'http://x');
          const isCustomers = searchParams.get('rest_route') === '/wc/v3/customers';
          (isCustomers ? customers : reply(401, {}, '{"code":"no","message":"x"}'))(
            request,
            response,
          );
        },
        { tls: true },
      );
      expect(await probe(store.url, noKeys)).toMatchObject({ routeStyle: 'plain' });
    });

    it.each<[string, Reply]>([
      [
        'a Link header',
        (_, response) =>
          response
            .writeHead(200, { link: '</backend-api/>; rel="https://api.w.org/"' })
            .end('<html></html>'),
      ],
      [
        'the head of the page',
        reply(
          200,
          {},
          '<html><head><link rel="https://api.w.org/" href="/backend-api/" /></head></html>',
        ),
      ],
    ])('a changed prefix comes from %s (R10)', async (_what, page) => {
      const store = await scriptedStore(
        byPath({ '/': page, '/backend-api/': index, '/backend-api/wc/v3/customers': customers }),
        { tls: true },
      );
      expect(await probe(store.url, noKeys)).toMatchObject({
        baseUrl: store.url,
        routeStyle: 'pretty',
        restPrefix: 'backend-api',
      });
    });

    it('a changed prefix is in the dummy parameter of plain permalinks too (R10)', async () => {
      const page = reply(
        200,
        { link: '</backend-api/>; rel="https://api.w.org/"' },
        '<html></html>',
      );
      const store = await scriptedStore(
        (request, response) => {
          const { searchParams } = new URL(request.url ?? '', 'http://x');
          const route = searchParams.get('rest_route');
          const isTaken = searchParams.get('_')?.startsWith('/backend-api/wc/');
          const taken = isTaken
            ? customers
            : reply(401, {}, '{"code":"woocommerce_rest_cannot_view","message":"x"}');
          const answer = route === '/' ? index : route === '/wc/v3/customers' ? taken : page;
          if (request.url?.startsWith('/?') || request.url === '/')
            return answer(request, response);
          reply(404, {}, '<html></html>')(request, response);
        },
        { tls: true },
      );
      expect(await probe(store.url, noKeys)).toMatchObject({
        routeStyle: 'plain',
        restPrefix: 'backend-api',
      });
    });

    it('index.php in the path of the API', async () => {
      const store = await scriptedStore(
        byPath({ '/index.php/wp-json/': index, '/index.php/wp-json/wc/v3/customers': customers }),
        { tls: true },
      );
      expect(await probe(store.url, noKeys)).toMatchObject({
        routeStyle: 'pretty',
        restPrefix: 'index.php/wp-json',
      });
    });

    it.each(['/wp-json', '/wp-json/'])(
      'a web server that strips or adds slashes: %s',
      async (there) => {
        const strips = there.endsWith('n');
        const store = await scriptedStore(
          (request, response) => {
            const { pathname, search } = new URL(request.url ?? '', 'http://x');
            const canonical = strips
              ? pathname.replace(/\/$/, '')
              : `${pathname.replace(/\/$/, '')}/`;
            if (pathname !== canonical)
              return reply(301, { location: `${canonical}${search}` }, '')(request, response);
            (pathname === there ? index : customers)(request, response);
          },
          { tls: true },
        );
        expect(await probe(store.url, noKeys)).toMatchObject({
          baseUrl: store.url,
          routeStyle: 'pretty',
        });
      },
    );
  });

  describe('the store is found from any pasted address (R6)', () => {
    it.each([
      '/shop',
      '/my-account/',
      '/product/blue-shirt/?x=1#y',
      '/wp-admin/admin.php?page=wc-admin',
      '/wp-json/wc/v3/customers',
    ])('%s', async (typed) => {
      const store = await scriptedStore(byPath({ '/wp-json/': index, [api]: customers }), {
        tls: true,
      });
      expect(await probe(store.url + typed, noKeys)).toMatchObject({ baseUrl: store.url });
    });

    it('a store in a folder', async () => {
      const store = await scriptedStore(
        byPath({ '/shop/wp-json/': index, '/shop/wp-json/wc/v3/customers': customers }),
        { tls: true },
      );
      expect(await probe(`${store.url}/shop/product/blue/`, noKeys)).toMatchObject({
        baseUrl: `${store.url}/shop`,
      });
    });

    it('prefers the home that the site names', async () => {
      const store = await scriptedStore(
        (request, response) => {
          const { origin, pathname, searchParams } = new URL(request.url ?? '', store.url);
          const home = reply(200, {}, JSON.stringify({ namespaces: ['wc/v3'], home: origin }));
          if (searchParams.get('rest_route') === '/wc/v3/customers')
            return customers(request, response);
          if (searchParams.get('rest_route') === '/') return home(request, response);
          reply(pathname === '/' ? 200 : 404, {}, '<html></html>')(request, response);
        },
        { tls: true },
      );
      expect(await probe(`${store.url}/shop/`, noKeys)).toMatchObject({
        baseUrl: store.url,
        home: store.url,
        routeStyle: 'plain',
      });
    });
  });

  it('https is tried first where http was typed (R15)', async () => {
    const store = await scriptedStore(byPath({ '/wp-json/': index, [api]: customers }), {
      tls: true,
    });
    expect(await probe(store.url.replace('https:', 'http:'), noKeys)).toMatchObject({
      baseUrl: store.url,
      authMode: 'basic',
    });
  });

  it.each<[string, Reply]>([
    ['500', reply(500, {}, '<html></html>')],
    [
      '401',
      reply(401, {}, '{"code":"invalid_username","message":"Unknown","data":{"status":401}}'),
    ],
  ])(
    'kind 4: a login plugin that answers the header with %s is gone round, and named',
    async (_what, refusal) => {
      const store = await scriptedStore(
        (request, response) => {
          const path = (request.url ?? '').split('?')[0];
          if (path !== api) return index(request, response);
          (request.headers.authorization ? refusal : customers)(request, response);
        },
        { tls: true },
      );
      expect(await probe(store.url, noKeys)).toMatchObject({
        authMode: 'query',
        warnings: ['login_plugin'],
      });
    },
  );

  const webLogin = { user: 'dev', password: 'pass:word' };

  it.each(['nginx', 'apache'] as const)(
    'a staging site behind a password of %s opens with its second login, the keys in the query',
    async (server) => {
      const sim = await simOf({ tls: testTls, webLogin: { ...webLogin, server } });
      const keys = sim.defaultCredentials;
      expect(await codeOf(probe(sim.url, keys))).toBe('web_login');
      const wrong = { ...webLogin, password: 'pass' };
      expect(await codeOf(probe(sim.url, keys, allowHosts, wrong))).toBe('web_login_refused');
      expect(await probe(sim.url, keys, allowHosts, webLogin)).toMatchObject({
        authMode: 'query',
        warnings: [],
      });
    },
  );

  it('over http the login is in the header, and the keys sign', async () => {
    const sim = await simOf({ webLogin });
    const found = await probe(sim.url, sim.defaultCredentials, allowHosts, webLogin);
    expect(found).toMatchObject({ authMode: 'oauth1', total: 12 });
  });

  it.each([
    ['Digest realm="x", nonce="1"', 'web_login_unsupported'],
    ['NTLM', 'web_login_unsupported'],
    ['Negotiate, Basic realm="x"', 'web_login'],
  ])('a web server that asks for %s: %s', async (challenge, code) => {
    const store = await scriptedStore(reply(401, { 'www-authenticate': challenge }, ''));
    expect(await codeOf(probe(store.url, noKeys))).toBe(code);
  });

  it('the login of a web server is not sent to another host', async () => {
    const other = await scriptedStore(index);
    const elsewhere = other.url.replace('127.0.0.1', 'localhost');
    const moved = await scriptedStore(reply(301, { location: `${elsewhere}/wp-json/` }, ''));
    const linked = await scriptedStore(
      byPath({
        '/': reply(200, { link: `<${elsewhere}/wp-json/>; rel="https://api.w.org/"` }, ''),
      }),
    );
    expect(await codeOf(probe(moved.url, noKeys, allowHosts, webLogin))).toBe('redirected');
    expect(await codeOf(probe(linked.url, noKeys, allowHosts, webLogin))).not.toBe('redirected');
    expect(other.requests).toEqual([]);
  });

  it('refuses unsafe addresses before any request', async () => {
    const store = await scriptedStore(index);
    expect(await codeOf(probe(store.url, noKeys, []))).toBe('unsafe_address');
    expect(await codeOf(probe('nonsense', noKeys))).toBe('bad_url');
    expect(store.requests).toHaveLength(0);
  });
});
