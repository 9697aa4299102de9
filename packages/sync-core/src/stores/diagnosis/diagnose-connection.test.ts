import { createWooSim, type Fault, type FaultRule, type SimKey } from '@mantis-sync/woo-sim';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reply, scriptedStore, testTls } from '../../../test/woo/scripted-store.ts';
import { CHECKS, storeDiagnosisSchema } from '../../domain/store-diagnosis.ts';
import { createSafeDispatcher } from '../../woo/safe-connect.ts';
import type { StoreCredentials } from '../../woo/store-request.ts';
import { diagnoseConnection } from './diagnose-connection.ts';

type SimOptions = NonNullable<Parameters<typeof createWooSim>[0]>;

/** Long enough that a busy machine does not look like a slow store. */
const patient = { connectMs: 10_000, headersMs: 10_000, totalMs: 20_000 };
/** Only one of the two limits can be reached, however busy the machine is. */
const untilHead = { ...patient, headersMs: 300, totalMs: 60_000 };
const untilEnd = { ...patient, headersMs: 60_000, totalMs: 1_800 };

async function simOf(options: SimOptions = {}, faults: FaultRule[] = []) {
  const sim = await createWooSim({ customers: 120, tls: testTls, ...options });
  onTestFinished(() => sim.close());
  if (faults.length > 0) sim.faults.add(...faults);
  return sim;
}

async function diagnose(
  url: string,
  credentials: StoreCredentials,
  options: { allowHosts?: string[]; ca?: string | null; timeouts?: typeof patient } = {},
) {
  const {
    allowHosts = ['127.0.0.1', 'localhost'],
    ca = testTls.cert,
    timeouts = patient,
  } = options;
  const dispatcher = createSafeDispatcher({
    allowHosts,
    connectMs: timeouts.connectMs,
    ...(ca !== null && { ca }),
  });
  onTestFinished(() => dispatcher.destroy());
  const diagnosis = await diagnoseConnection({
    url,
    credentials,
    dispatcher,
    allowHosts,
    timeouts,
  });
  // Every finding has a fix, and reveals no secret.
  for (const { level, fix } of diagnosis.findings) expect(fix === null).toBe(level === 'ok');
  expect(JSON.stringify(diagnosis.findings)).not.toContain(credentials.consumerSecret);
  expect(diagnosis.isHealthy).toBe(!diagnosis.findings.some(({ level }) => level === 'problem'));
  // In the order of the checks, and in the form in which it is stored.
  const places = diagnosis.findings.map(({ check }) => CHECKS.indexOf(check));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const { isHealthy, findings, pace, clockAheadMs } = diagnosis;
  const stored = { at: new Date(0), isHealthy, findings, pace, clockAheadMs };
  expect(storeDiagnosisSchema.parse(stored)).toEqual(stored);
  return diagnosis;
}

type Diagnosed = Awaited<ReturnType<typeof diagnose>>;

/** Problems, by level. */
const amiss = ({ findings }: Diagnosed) =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, code }) => `${level} ${code}`);

const key = { consumerKey: 'ck_1', consumerSecret: 'cs_1_secret' };
const administrator: SimKey = { ...key, permissions: 'read_write', userRole: 'administrator' };

describe('a store in good health', () => {
  it('shows the checks without problems', async () => {
    const sim = await simOf();
    const diagnosis = await diagnose(`${sim.url}/`, sim.defaultCredentials);
    expect(amiss(diagnosis)).toEqual([]);
    expect(diagnosis.findings.map(({ check, code }) => `${check} ${code}`)).toEqual([
      'address reached',
      'api rest_reachable',
      'sign_in basic',
      'customers readable',
      'rights version',
      'clock clock_right',
      'pace quick',
    ]);
    expect(diagnosis).toMatchObject({
      connection: { authMode: 'basic', routeStyle: 'pretty', total: 120 },
      pace: { rows: 100, pageSize: 100 },
    });
  });

  it('receives at most ten requests, none of which changes anything', async () => {
    const sim = await simOf();
    const before = sim.customers.list();
    await diagnose(sim.url, sim.defaultCredentials);
    expect(sim.requests.length).toBeLessThanOrEqual(10);
    expect(sim.customers.list()).toEqual(before);
    expect(sim.webhooks.all).toEqual([]);
  });
});

describe('what works but could be improved', () => {
  const healthy: [string, SimOptions, string[]][] = [
    ['no https', { tls: undefined as never }, ['warning plain_http']],
    ['a header that is stripped', { stripAuthorization: true }, ['warning authorization_stripped']],
    ['plain permalinks', { permalinks: 'plain' }, ['warning plain_permalinks']],
    [
      'a key that may only read',
      { keys: [{ ...administrator, permissions: 'read' }] },
      ['note read_only_key'],
    ],
    [
      'the key of a shop manager',
      { keys: [{ ...administrator, userRole: 'shop_manager' }] },
      ['note no_meta_data'],
    ],
    ['a clock an hour ahead', { now: () => Date.now() + 3_600_000 }, ['warning clock_off']],
    ['a clock an hour behind', { now: () => Date.now() - 3_600_000 }, ['warning clock_off']],
  ];
  it.each(healthy)('%s', async (_what, options, expected) => {
    const { tls, ...rest } = { tls: testTls, ...options };
    const sim = await createWooSim({ customers: 120, ...rest, ...(tls && { tls }) });
    onTestFinished(() => sim.close());
    const credentials = options.keys ? key : sim.defaultCredentials;
    const diagnosis = await diagnose(sim.url, credentials);
    expect(amiss(diagnosis)).toEqual(expected);
    expect(diagnosis.isHealthy).toBe(true);
  });

  const oddities: [string, Fault, string[]][] = [
    ['a BOM', { kind: 'bom' }, ['warning bom']],
    ['PHP notices before the data', { kind: 'php-notice' }, ['warning php_noise']],
    ['no total', { kind: 'totals', total: 'missing' }, ['warning total_missing']],
    ['a total that is none', { kind: 'totals', total: 'many' }, ['warning total_invalid']],
    [
      'a cache that answers',
      { kind: 'headers', set: { age: '30', 'x-cache': 'HIT' } },
      ['warning cached'],
    ],
  ];
  it.each(oddities)('%s', async (_what, fault, expected) => {
    const sim = await simOf({}, [{ route: '/wc/v3/customers', fault }]);
    expect(amiss(await diagnose(sim.url, sim.defaultCredentials))).toEqual(expected);
  });

  it('a page that fails because of one customer', async () => {
    const sim = await simOf({}, [{ fault: { kind: 'poison', ids: [90] } }]);
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials);
    expect(amiss(diagnosis)).toEqual(['warning page_too_heavy']);
    expect(diagnosis.pace).toMatchObject({ rows: 20 });
  });
});

describe('keys that the store rejects', () => {
  const cases: [string, Partial<SimKey>, StoreCredentials, string][] = [
    ['an unknown key', {}, { ...key, consumerKey: 'ck_2' }, 'wrong_key'],
    ['a wrong secret', {}, { ...key, consumerSecret: 'cs_wrong' }, 'wrong_secret'],
    ['a key that may only write', { permissions: 'write' }, key, 'key_without_read'],
    ['the key of a subscriber', { userRole: 'subscriber' }, key, 'key_user_not_allowed'],
  ];
  it.each(cases)('%s', async (_what, changed, given, code) => {
    const sim = await simOf({ keys: [{ ...administrator, ...changed }] });
    const diagnosis = await diagnose(sim.url, given);
    expect(amiss(diagnosis)).toEqual([`problem ${code}`]);
    expect(diagnosis).toMatchObject({ connection: null, error: { code } });
  });

  it('a clock so far off that signed requests are refused', async () => {
    const sim = await createWooSim({ customers: 3, now: () => Date.now() + 3_600_000 });
    onTestFinished(() => sim.close());
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials);
    expect(amiss(diagnosis)).toEqual(['problem clock_skew']);
  });
});

describe('unusable responses', () => {
  const customers = { route: '/wc/v3/customers' };
  const cases: [string, Omit<FaultRule, 'fault'>, Fault, string][] = [
    ['429 without end (F25)', customers, { kind: 'status', status: 429 }, 'rate_limited'],
    ['500 (F26)', customers, { kind: 'status', status: 500, body: 'html' }, 'store_error'],
    ['502 (F26)', customers, { kind: 'status', status: 502, body: 'html' }, 'store_unavailable'],
    ['503 (F26)', customers, { kind: 'status', status: 503, body: 'html' }, 'store_unavailable'],
    ['504 (F26)', customers, { kind: 'status', status: 504, body: 'html' }, 'store_unavailable'],
    ['a page with 200 (F29)', customers, { kind: 'html200' }, 'maintenance'],
    ['a captcha (F29)', customers, { kind: 'html200', captcha: true }, 'captcha'],
    ['a captcha before all (F29)', {}, { kind: 'html200', captcha: true }, 'captcha'],
    ['truncated JSON (F32)', customers, { kind: 'truncate' }, 'truncated'],
    ['an answer cut off (F32)', customers, { kind: 'cut', afterBytes: 40 }, 'connection_reset'],
    ['a redirect of the customers (F34)', customers, { kind: 'redirect', to: '/x/' }, 'redirected'],
    ['a gzip bomb (F44)', customers, { kind: 'gzip-bomb' }, 'too_large'],
    ['a body without end (F45)', customers, { kind: 'endless-body' }, 'too_large'],
    ['invalid UTF-8 (F46)', customers, { kind: 'invalid-utf8' }, 'bad_encoding'],
    ['a connection that is cut (F54)', customers, { kind: 'reset' }, 'connection_reset'],
    ['an empty answer', customers, { kind: 'empty' }, 'empty_answer'],
    ['an old cache', customers, { kind: 'headers', set: { age: '90000' } }, 'cached'],
  ];
  it.each(cases)('%s', async (_what, match, fault, code) => {
    const sim = await simOf({}, [{ ...match, fault }]);
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials);
    expect(amiss(diagnosis)).toEqual([`problem ${code}`]);
  });

  it('a drip (F35)', async () => {
    const fault: Fault = { kind: 'drip', bytes: 1, everyMs: 50 };
    const sim = await simOf({}, [{ ...customers, fault }]);
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials, { timeouts: untilEnd });
    expect(amiss(diagnosis)).toEqual(['problem timeout_total']);
  });

  it.each([
    ['no head (F36)', customers],
    ['no head at all (F36)', {}],
  ])('%s', async (_what, match) => {
    const sim = await simOf({}, [{ ...match, fault: { kind: 'never' } }]);
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials, { timeouts: untilHead });
    expect(amiss(diagnosis)).toEqual(['problem timeout_headers']);
  });

  it('a list that fails only when long: the connection works, and the problem is named', async () => {
    const sim = await simOf({}, [
      { ...customers, skip: 1, fault: { kind: 'status', status: 429 } },
    ]);
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials);
    expect(amiss(diagnosis)).toEqual(['problem rate_limited']);
    expect(diagnosis.connection).not.toBeNull();
    expect(diagnosis.pace).toBeNull();
  });
});

describe('addresses where there is no store', () => {
  it('a closed port (F54)', async () => {
    const gone = await createWooSim({ customers: 1 });
    await gone.close();
    const diagnosis = await diagnose(gone.url.replace('http:', 'https:'), key);
    expect(amiss(diagnosis)).toEqual(['problem refused_connection']);
  });

  it('a name that cannot be resolved (F54)', async () => {
    expect(amiss(await diagnose('https://no-such-shop.invalid', key))).toEqual(['problem dns']);
  });

  it('a self-signed certificate (F54)', async () => {
    const sim = await simOf();
    const diagnosis = await diagnose(sim.url, sim.defaultCredentials, { ca: null });
    expect(amiss(diagnosis)).toEqual(['problem tls']);
  });

  it('private and invalid addresses', async () => {
    const sim = await simOf();
    const refused = await diagnose(sim.url, key, { allowHosts: [] });
    expect(amiss(refused)).toEqual(['problem unsafe_address']);
    expect(sim.requests).toHaveLength(0);
    expect(amiss(await diagnose('nonsense', key))).toEqual(['problem bad_url']);
  });

  it('a store that responds on http instead of https', async () => {
    const sim = await createWooSim({ customers: 3 });
    onTestFinished(() => sim.close());
    const diagnosis = await diagnose(sim.url.replace('http:', 'https:'), key);
    expect(diagnosis.findings.map(({ level, code }) => `${level} ${code}`)).toContain(
      'warning answers_on_http',
    );
    expect(diagnosis.findings[1]?.fix).toContain(sim.url);
    expect(JSON.stringify(sim.requests)).not.toMatch(/consumer|oauth/);
  });

  const sites: [string, ReturnType<typeof reply>, string][] = [
    ['a site of another kind', reply(404, {}, '<html></html>'), 'not_woocommerce'],
    ['WordPress alone', reply(200, {}, '{"namespaces":["wp/v2"]}'), 'not_woocommerce'],
    ['a store in maintenance', reply(503, {}, 'Scheduled maintenance'), 'maintenance'],
    ['a firewall', reply(403, {}, '<html>Forbidden</html>'), 'rest_blocked'],
    [
      'redirects without end (F34)',
      (_, response) => response.writeHead(302, { location: `/${Math.random()}/wp-json/` }).end(),
      'redirected',
    ],
  ];
  it.each(sites)('%s', async (_what, answer, code) => {
    const store = await scriptedStore(answer);
    expect(amiss(await diagnose(store.url, key))).toEqual([`problem ${code}`]);
  });

  it('a redirected address is followed without keys, and named (F33)', async () => {
    const sim = await simOf();
    const entrance = await scriptedStore((_, response) =>
      response.writeHead(301, { location: `${sim.url}/wp-json/` }).end(),
    );
    const diagnosis = await diagnose(entrance.url, sim.defaultCredentials);
    expect(diagnosis.findings[0]).toMatchObject({ code: 'canonical' });
    expect(diagnosis.findings[0]?.message).toContain(sim.url);
  });
});
