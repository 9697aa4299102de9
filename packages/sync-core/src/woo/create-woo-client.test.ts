import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createWooSim } from '@mantis-sync/woo-sim';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordedSecret, recording } from '../../test/woo/recording.ts';
import { pageReply, replay, reply, scriptedStore, testTls } from '../../test/woo/scripted-store.ts';
import { createWooClient, type WooClientOptions } from './create-woo-client.ts';
import { createSafeDispatcher, type ResolveAll } from './safe-connect.ts';
import { WooError, type WooErrorCode } from './woo-error.ts';

const credentials = {
  consumerKey: 'ck_0000000000000000000000000000000000rw0001',
  consumerSecret: recordedSecret,
};

function clientOf(baseUrl: string, options: Partial<WooClientOptions> = {}) {
  const dispatcher = createSafeDispatcher({ allowHosts: ['127.0.0.1'], ca: testTls.cert });
  onTestFinished(() => dispatcher.destroy());
  return createWooClient({
    baseUrl,
    authMode: 'basic',
    routeStyle: 'pretty',
    credentials,
    dispatcher,
    ...options,
  });
}

async function simOf(options: Parameters<typeof createWooSim>[0] = {}) {
  const sim = await createWooSim(options);
  onTestFinished(() => sim.close());
  return sim;
}

async function failureOf(promise: Promise<unknown>): Promise<WooError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof WooError) return error;
  throw new Error('expected a WooError', { cause: error });
}

const firstPage = { offset: 0, perPage: 100 };
const neverReply = () => {};

describe('listCustomers', () => {
  it('requests one page of all roles by ascending id, with the keys in a header', async () => {
    const store = await scriptedStore(replay(recording('customers-first-page')));
    const page = await clientOf(store.url).listCustomers({ offset: 99, perPage: 5 });
    expect(page).toMatchObject({
      total: 806,
      totalPages: 162,
      storeDate: new Date('2026-11-24T02:39:21Z'),
      warnings: [],
    });
    expect(page.rows).toEqual(JSON.parse(recording('customers-first-page').response.body));
    expect(page.bytes).toBe(recording('customers-first-page').response.body.length);

    const { url = '', method, headers } = store.requests[0] ?? {};
    const asked = new URL(url, store.url);
    expect(method).toBe('GET');
    expect(asked.pathname).toBe('/wp-json/wc/v3/customers');
    const { _: nonce, ...query } = Object.fromEntries(asked.searchParams);
    expect(query).toEqual({
      per_page: '5',
      orderby: 'id',
      order: 'asc',
      role: 'all',
      offset: '99',
    });
    expect(nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(headers?.['user-agent']).toMatch(/^MantisSync\/\d+\.\d+\.\d+$/);
    const token = Buffer.from(`${credentials.consumerKey}:${recordedSecret}`).toString('base64');
    expect(headers?.authorization).toBe(`Basic ${token}`);
  });

  it('walks a simulated store in each way of signing in', async () => {
    for (const authMode of ['basic', 'query', 'oauth1'] as const) {
      const sim = await simOf({ customers: 250, pretendHttps: authMode !== 'oauth1' });
      const client = clientOf(sim.url, { authMode, credentials: sim.defaultCredentials });
      const ids: unknown[] = [];
      for (const offset of [0, 100, 200, 300]) {
        const { rows, total } = await client.listCustomers({ offset, perPage: 100 });
        expect(total).toBe(250);
        ids.push(...rows.map((row) => (row as { id: number }).id));
      }
      expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    }
  });

  it('uses the recorded form for plain permalinks', async () => {
    const sim = await simOf({ customers: 3, permalinks: 'plain', pretendHttps: true });
    const client = clientOf(sim.url, {
      routeStyle: 'plain',
      credentials: sim.defaultCredentials,
    });
    expect((await client.listCustomers(firstPage)).rows).toHaveLength(3);
    const page = await scriptedStore(pageReply([]));
    await clientOf(page.url, { routeStyle: 'plain' }).listCustomers(firstPage);
    expect(page.requests[0]?.url).toMatch(
      /^\/\?_=\/wp-json\/wc\/[0-9a-f]{32}&rest_route=\/wc\/v3\/customers&per_page=100&/,
    );
  });

  it('keeps its connection', async () => {
    const sim = await simOf({ customers: 3, pretendHttps: true });
    const client = clientOf(sim.url, { credentials: sim.defaultCredentials });
    for (let request = 0; request < 6; request++) await client.listCustomers(firstPage);
    // undici opens a second connection if the next request comes in the tick that ends the last one.
    expect(sim.connections.total).toBeLessThanOrEqual(2);
  });

  it.each([
    ['missing', {}, ['total_missing']],
    ['rubbish', { 'x-wp-total': 'abc' }, ['total_invalid']],
    ['negative', { 'x-wp-total': '-1' }, ['total_invalid']],
  ])('takes a page whose total is %s, with a warning', async (_what, headers, warnings) => {
    const store = await scriptedStore(reply(200, headers, '[{"id":1}]'));
    const page = await clientOf(store.url).listCustomers(firstPage);
    expect(page).toMatchObject({ rows: [{ id: 1 }], total: null, warnings });
  });

  it('warns of a BOM, of messages of PHP and of a cache', async () => {
    const headers = { 'x-wp-total': '1', 'x-litespeed-cache': 'hit' };
    const noise = '\uFEFF<br />\n<b>Notice</b>: x in <b>y</b> on line <b>1</b><br />\n';
    const store = await scriptedStore(reply(200, headers, `${noise}[{"id":1}]`));
    const page = await clientOf(store.url).listCustomers(firstPage);
    expect(page.rows).toEqual([{ id: 1 }]);
    expect(page.warnings).toEqual(['bom', 'php_noise', 'cached']);
  });

  it.each<[WooErrorCode, ReturnType<typeof reply>]>([
    ['cached', reply(200, { age: '86400' }, '[]')],
    ['captcha', reply(202, { 'sg-captcha': 'challenge' }, '<html></html>')],
    ['plain_permalinks', replay(recording('extra-plain-wp-json-redirected'))],
    ['not_json', reply(200, {}, '<!DOCTYPE html><html></html>')],
    ['empty_answer', reply(200, {}, '')],
    ['empty_answer', replay(recording('v105-empty-200'))],
    ['store_error', replay(recording('v105-fatal-500'))],
    ['database_down', replay(recording('v105-database-down'))],
    ['maintenance', replay(recording('v105-maintenance'))],
    ['bad_answer', reply(200, {}, 'null')],
    ['bad_answer', reply(200, {}, '{"rows":[]}')],
    ['bad_answer', reply(200, {}, '"x"')],
    ['empty_answer', reply(204, {}, '')],
    ['store_unavailable', reply(200, {}, '{"code":"wp_die","message":"x","data":{"status":500}}')],
    ['truncated', reply(200, {}, '[{"id":1},{"id"')],
    ['truncated', reply(200, { 'content-encoding': 'gzip' }, gzipSync('[1,2,3]').subarray(0, 15))],
    ['bad_encoding', reply(200, {}, Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))],
    ['too_deep', reply(200, {}, '['.repeat(600) + ']'.repeat(600))],
    ['too_large', reply(200, {}, `["${'x'.repeat(2_000)}"]`)],
    ['too_large', reply(200, { 'content-encoding': 'gzip' }, gzipSync('x'.repeat(9_999_999)))],
    ['redirected', reply(302, { location: 'http://169.254.169.254/' }, '')],
    ['store_error', reply(500, { 'content-encoding': 'gzip' }, 'not gzip at all')],
    ['rate_limited', reply(429, { 'retry-after': '3' }, 'x'.repeat(9_999_999))],
    ['malformed_http', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['headers_too_large', reply(200, { 'x-large': 'x'.repeat(300_000) }, '[]')],
    ['connection_reset', (request) => request.socket.destroy()],
    [
      'connection_reset',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('[{"id":1}', () => response.destroy());
      },
    ],
  ])('fails with %s (%#), after one request', async (code, given) => {
    const store = await scriptedStore(given);
    const client = clientOf(store.url, { maxBodyBytes: 1_500 });
    expect((await failureOf(client.listCustomers(firstPage))).code).toBe(code);
    expect(store.requests).toHaveLength(1);
  });

  it('kind 3: reads a page with a header line for each customer', async () => {
    const lines = Array.from({ length: 100 }, () => 'x'.repeat(230));
    const store = await scriptedStore((_, response) => {
      response.writeHead(200, { 'x-notice': lines, 'x-wp-total': '1' }).end('[{"id":1}]');
    });
    expect((await clientOf(store.url).listCustomers(firstPage)).rows).toEqual([{ id: 1 }]);
  });

  it('treats a noisy 404 as a missing customer (R2)', async () => {
    const store = await scriptedStore(replay(recording('v105-notice-before-404')));
    expect(await clientOf(store.url).fetchCustomer(999_999)).toMatchObject({ row: null });
    const noisy = await scriptedStore(replay(recording('v105-notice-before-customers')));
    expect(await clientOf(noisy.url).listCustomers(firstPage)).toMatchObject({
      warnings: ['php_noise'],
    });
  });

  it('kind 2: asks with a slash at the end where the web server wants one, and remembers it', async () => {
    const store = await scriptedStore((request, response) => {
      const { pathname, search } = new URL(request.url ?? '', 'http://x');
      if (!pathname.endsWith('/'))
        return void response.writeHead(301, { location: `${pathname}/${search}` }).end();
      pageReply([{ id: 1 }])(request, response);
    });
    const client = clientOf(store.url);
    for (let time = 0; time < 2; time++)
      expect((await client.listCustomers(firstPage)).rows).toEqual([{ id: 1 }]);
    expect(store.requests).toHaveLength(3);
  });

  it('1.2: an answer was read between its request and its arrival by our clock, and before by its age', async () => {
    const store = await scriptedStore([
      pageReply([], { date: 'Fri, 01 Jan 2100 00:00:00 GMT' }),
      pageReply([], { age: '60' }),
    ]);
    let clock = 1_000_000;
    const client = clientOf(store.url, { now: () => (clock += 1_000) });
    const { reading } = await client.listCustomers(firstPage);
    expect(reading.endedAt.getTime()).toBeLessThanOrEqual(clock);
    expect(reading.beganAt.getTime()).toBeGreaterThan(1_000_000);
    const cached = await client.listCustomers(firstPage);
    expect(cached.reading.endedAt.getTime()).toBeLessThan(clock - 59_000);
  });

  it('ends a wait for the headers, and a drip that never pauses for long', async () => {
    const silent = await scriptedStore(neverReply);
    const hasty = clientOf(silent.url, { timeouts: { headersMs: 50 } });
    expect((await failureOf(hasty.listCustomers(firstPage))).code).toBe('timeout_headers');

    const drip = await scriptedStore((_request, response) => {
      response.writeHead(200, { 'x-wp-total': '1' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    const patient = clientOf(drip.url, { timeouts: { totalMs: 150 } });
    expect((await failureOf(patient.listCustomers(firstPage))).code).toBe('timeout_total');
  });

  it('distinguishes a closed port, an unknown name and an untrusted certificate', async () => {
    const closed = await scriptedStore(neverReply);
    const trusting = clientOf('http://127.0.0.1:9', {});
    expect((await failureOf(trusting.listCustomers(firstPage))).code).toBe('refused_connection');

    const resolve = (...[, , callback]: Parameters<ResolveAll>) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    const nowhere = createSafeDispatcher({ resolve });
    onTestFinished(() => nowhere.destroy());
    const lost = clientOf('https://shop.example.com', { dispatcher: nowhere });
    expect((await failureOf(lost.listCustomers(firstPage))).code).toBe('dns');

    const secure = await scriptedStore(neverReply, { tls: true });
    const strict = createSafeDispatcher({ allowHosts: ['127.0.0.1'] });
    onTestFinished(() => strict.destroy());
    const wary = clientOf(secure.url, { dispatcher: strict });
    expect((await failureOf(wary.listCustomers(firstPage))).code).toBe('tls');
    expect(closed.requests).toHaveLength(0);
  });

  it('rethrows the reason of the caller who aborts', async () => {
    const abort = new AbortController();
    const store = await scriptedStore(() => abort.abort(new Error('shutting down')));
    const listing = clientOf(store.url).listCustomers({ ...firstPage, signal: abort.signal });
    await expect(listing).rejects.toThrow('shutting down');
    await expect(
      clientOf(store.url).listCustomers({ ...firstPage, signal: abort.signal }),
    ).rejects.toThrow('shutting down');
    expect(store.requests).toHaveLength(1);
  });

  it('never shows keys or queries in an error', async () => {
    const body = `<h1>No ${recordedSecret} for jane@example.com</h1>`;
    for (const authMode of ['basic', 'query', 'oauth1'] as const) {
      for (const given of [
        reply(403, {}, body),
        reply(302, { location: `/login?redirect=${recordedSecret}` }, ''),
        reply(200, {}, body),
      ]) {
        const store = await scriptedStore(given);
        const error = await failureOf(clientOf(store.url, { authMode }).listCustomers(firstPage));
        const shown = inspect(error, { depth: 9, showHidden: true });
        expect(shown).not.toMatch(/cs_0|ck_0|jane|per_page|oauth_signature/);
      }
    }
  });
});

describe('fetching chosen customers', () => {
  it('returns the existing ones, whatever their role, and sends no request for an empty list', async () => {
    const sim = await simOf({ customers: 120, staff: true, pretendHttps: true });
    const client = clientOf(sim.url, { credentials: sim.defaultCredentials });
    const { rows } = await client.fetchCustomers([50, 1, 50, 999, 7]);
    expect(rows.map((row) => (row as { id: number }).id)).toEqual([1, 7, 50]);
    const all = await client.fetchCustomers(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(all.rows).toHaveLength(100);
    const before = sim.requests.length;
    expect((await client.fetchCustomers([])).rows).toEqual([]);
    expect(sim.requests).toHaveLength(before);
    await expect(
      client.fetchCustomers(Array.from({ length: 101 }, (_, index) => index + 1)),
    ).rejects.toThrow(RangeError);
  });

  it('gives one customer, or null if there is none', async () => {
    const sim = await simOf({ customers: 3, pretendHttps: true });
    const client = clientOf(sim.url, { credentials: sim.defaultCredentials });
    expect(await client.fetchCustomer(2)).toMatchObject({ row: { id: 2, role: 'customer' } });
    expect(await client.fetchCustomer(4)).toMatchObject({ row: null });
  });

  it('does not mistake a missing API for a missing customer', async () => {
    const store = await scriptedStore(replay(recording('route-unknown')));
    const error = await failureOf(clientOf(store.url).fetchCustomer(4));
    expect(error.code).toBe('not_woocommerce');
  });
});

describe('what a store reports about itself', () => {
  it('reads the index without credentials, and the system status with them', async () => {
    const sim = await simOf({ customers: 1, pretendHttps: true });
    const client = clientOf(sim.url, { credentials: sim.defaultCredentials });
    const index = await client.readIndex();
    expect(index['namespaces']).toContain('wc/v3');
    const status = await client.systemStatus();
    expect(status['environment']).toMatchObject({ version: '10.0.2' });

    const store = await scriptedStore(reply(200, {}, '{"namespaces":[]}'));
    await clientOf(store.url).readIndex();
    expect(store.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('createWooClient', () => {
  it('does not send keys over plain http to another machine', () => {
    for (const authMode of ['basic', 'query'] as const) {
      expect(() => clientOf('http://shop.example.com', { authMode })).toThrow(WooError);
    }
    expect(() => clientOf('http://shop.example.com', { authMode: 'oauth1' })).not.toThrow();
  });

  it('guards and closes its own connections', async () => {
    const store = await scriptedStore(pageReply([]));
    const client = createWooClient({
      baseUrl: store.url,
      authMode: 'basic',
      routeStyle: 'pretty',
      credentials,
    });
    expect((await failureOf(client.listCustomers(firstPage))).code).toBe('unsafe_address');
    await client.close();
    expect((await failureOf(client.listCustomers(firstPage))).code).toBe('closed');
  });
});
