import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWooSim, oauthSignature, signDelivery } from '../src/index.ts';
import type { SimCustomer, SimKey, WooSim } from '../src/index.ts';
import { ownKey } from './client.ts';
import { oddRows, recordedCustomers, recordedGuests, recordedKeys } from './recorded-store.ts';
import { exchanges, originOf, recordedDeliveries, rowsOf } from './recordings.ts';
import type { Exchange } from './recordings.ts';

/** How closely a body can be compared, given what the recordings reveal. The default is exactly. */
type Comparison =
  | { body: 'ids as a set'; why: string }
  | { body: 'shape'; why: string }
  | { body: 'up to'; mark: string; why: string }
  | { totals: 'unknown'; why: string };

const unseenPeople = 'most of the people who match were never recorded';
const ties = 'rows tie, and a database gives ties in any order';
const cut = 'the recording itself was cut short';
const comparisons: Record<string, Comparison> = {
  'customers-search.json': { totals: 'unknown', why: unseenPeople },
  'more-search-accents.json': { totals: 'unknown', why: unseenPeople },
  'customers-default-order.json': { body: 'ids as a set', why: ties },
  'more-registered-date-asc.json': { body: 'ids as a set', why: ties },
  'more-analytics-with-guests.json': { body: 'ids as a set', why: ties },
  'customers-by-registered-date.json': { body: 'shape', why: 'five of six that tie' },
  'analytics-customers.json': { body: 'shape', why: 'three of six that tie' },
  'more-analytics-user-type-guest.json': { body: 'shape', why: 'two of six that tie' },
  'analytics-customers-last-active.json': { body: 'shape', why: 'addresses of the people unknown' },
  'more-analytics-last-order.json': { body: 'shape', why: 'addresses of the people unknown' },
  'more-analytics-registered-after.json': { body: 'shape', why: 'addresses of the people unknown' },
  'more-analytics-100-fields.json': { body: 'up to', mark: '"id":795', why: `${cut}, and ${ties}` },
  'more-order-guest.json': { body: 'shape', why: 'order keys and item ids are random' },
  'index-wp-json.json': { body: 'up to', mark: ',"\\/batch\\/v1"', why: cut },
  'index-wc-v3.json': { body: 'up to', mark: ',"\\/wc\\/v3\\/marketplace', why: cut },
  'extra-plain-index.json': { body: 'up to', mark: '', why: cut },
  'extra-plain-wp-json-redirected.json': { body: 'up to', mark: '', why: cut },
  'extra-route-below-post-name.json': { body: 'up to', mark: '', why: cut },
  'more-options.json': { body: 'up to', mark: '}}],"schema"', why: cut },
};

/** Recordings that are not replayed, each with its reason. */
const notReplayed: Record<string, string> = {};

/** Those that change the store, in the order in which they were made. */
const inOrder = [
  'webhook-create.json',
  'webhook-list.json',
  'webhook-update.json',
  'webhook-delete.json',
  'customers-batch.json',
  'webhook-create-customer-created.json',
  'webhook-create-customer-updated.json',
  'webhook-create-customer-deleted.json',
  'customer-create.json',
  'customer-create-duplicate-email.json',
  'customer-update.json',
  'customer-delete-without-force.json',
  'customer-delete.json',
];
const runsQueue = new Set(['customer-create.json', 'customer-update.json', 'customer-delete.json']);

interface Posted {
  url: string;
  headers: Record<string, string>;
  body: string;
}
interface Replayed {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const clock = { now: 0 };
const posted: Posted[] = [];
const answers = new Map<string, Replayed>();
const sims: WooSim[] = [];

const recordedAt = (exchange: Exchange): number =>
  Date.parse(exchange.response.headers['date'] ?? '');
const isPlain = (exchange: Exchange): boolean => exchange.file.includes('-plain-');
const storeOf = (exchange: Exchange): string => `${originOf(exchange)} ${isPlain(exchange)}`;

beforeAll(async () => {
  const timeline = exchanges
    .filter(({ file }) => !(file in notReplayed))
    .toSorted(
      (a, b) => recordedAt(a) - recordedAt(b) || inOrder.indexOf(a.file) - inOrder.indexOf(b.file),
    );
  const stores = new Map<string, WooSim>();
  for (const exchange of timeline) {
    clock.now = recordedAt(exchange);
    const sim = stores.get(storeOf(exchange)) ?? (await startStore(exchange));
    stores.set(storeOf(exchange), sim);
    if (exchange.file === 'extra-odd-rows.json')
      for (const [id, change] of oddRows())
        sim.customers.replace({ ...customer(sim, id), ...change });
    answers.set(exchange.file, await replay(sim, exchange));
    if (exchange.file === 'customers-batch.json') await passOn(stores, exchange);
    if (runsQueue.has(exchange.file)) await sim.flushDeliveries();
  }
});

afterAll(() => Promise.all(sims.map((sim) => sim.close())));

async function startStore(exchange: Exchange): Promise<WooSim> {
  const origin = originOf(exchange);
  const sim = await createWooSim({
    customers: recordedCustomers(),
    guests: recordedGuests(),
    keys: Object.values(recordedKeys),
    homeUrl: origin,
    trustForwardedProto: true,
    permalinks: isPlain(exchange) ? 'plain' : 'pretty',
    now: () => clock.now,
    postDelivery: (url, headers, body) => {
      posted.push({ url, headers, body });
      return Promise.resolve(200);
    },
  });
  sims.push(sim);
  return sim;
}

function customer(sim: WooSim, id: number): SimCustomer {
  const found = sim.customers.get(id);
  if (!found) throw new Error(`the recorded store has no customer ${id}`);
  return found;
}

/** The recorded store listened on http and https at once; here those are two, and both must hear of a change. */
async function passOn(stores: ReadonlyMap<string, WooSim>, exchange: Exchange): Promise<void> {
  for (const sim of stores.values())
    if (sim !== stores.get(storeOf(exchange))) await replay(sim, exchange);
}

async function replay(sim: WooSim, exchange: Exchange): Promise<Replayed> {
  const { request } = exchange;
  const query = new URLSearchParams(credentialQuery(exchange)).toString();
  const headers: Record<string, string> = { 'x-forwarded-proto': request.scheme };
  const basic = basicKey(request.auth);
  if (basic)
    headers['authorization'] = `Basic ${btoa(`${basic.consumerKey}:${basic.consumerSecret}`)}`;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(sim.url + request.path + (query === '' ? '' : `?${query}`), {
    method: request.method,
    redirect: 'manual',
    headers,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

function basicKey(auth: string): Pick<SimKey, 'consumerKey' | 'consumerSecret'> | undefined {
  if (!auth.startsWith('basic, ')) return undefined;
  const { readWrite, read, write, shopManager, subscriber } = recordedKeys;
  const keys: Record<string, Pick<SimKey, 'consumerKey' | 'consumerSecret'>> = {
    'read/write key': readWrite,
    'read-only key': read,
    'write-only key': write,
    'key of a shop manager': shopManager,
    'key of a subscriber': subscriber,
    'wrong key': { ...readWrite, consumerKey: `ck_${'f'.repeat(40)}` },
    'wrong secret': { ...readWrite, consumerSecret: `cs_${'f'.repeat(40)}` },
  };
  const key = keys[auth.slice('basic, '.length)];
  if (!key) throw new Error('a recording has unknown credentials');
  return key;
}

/** The recorded query with the credentials that were left out of it. */
function credentialQuery(exchange: Exchange): Record<string, string> {
  const { request, file } = exchange;
  const { consumerKey, consumerSecret } = recordedKeys.readWrite;
  if (request.auth.startsWith('query string'))
    return { ...request.query, consumer_key: consumerKey, consumer_secret: consumerSecret };
  if (!request.auth.startsWith('oauth1')) return request.query;
  const signature = request.query['oauth_signature'];
  if (signature !== undefined && signature !== '…') return request.query;
  if (request.auth === 'oauth1, bad' || request.auth === 'oauth1, old timestamp')
    return { ...request.query, oauth_signature: 'bm90IGEgc2lnbmF0dXJl' };
  return signed(exchange, file.includes('unknown-key') ? `ck_${'f'.repeat(40)}` : consumerKey);
}

function signed(exchange: Exchange, consumerKey: string): Record<string, string> {
  const { request, file } = exchange;
  const skew = file.includes('minutes-old') ? -1200 : file.includes('minutes-ahead') ? 1200 : 0;
  const linked = new URL(/<([^>]+)>/.exec(exchange.response.headers['link'] ?? '')?.[1] ?? 'x:')
    .searchParams;
  const query: Record<string, string> = {
    ...request.query,
    oauth_consumer_key: consumerKey,
    oauth_timestamp: linked.get('oauth_timestamp') ?? String(Math.floor(clock.now / 1000) + skew),
    oauth_nonce: linked.get('oauth_nonce') ?? file,
    oauth_signature_method: linked.get('oauth_signature_method') ?? 'HMAC-SHA256',
  };
  delete query['oauth_signature'];
  const oauth_signature = oauthSignature({
    method: request.method,
    requestUri: request.path,
    home: originOf(exchange),
    parameters: new Map(Object.entries(query)),
    algorithm: 'HMAC-SHA256',
    consumerSecret: recordedKeys.readWrite.consumerSecret,
  });
  return { ...query, oauth_signature };
}

describe('every recording', () => {
  test('is replayed, or listed with a reason', () => {
    const listed = [...Object.keys(comparisons), ...Object.keys(notReplayed), ...inOrder];
    expect(exchanges.length).toBeGreaterThan(100);
    expect(listed.filter((file) => !exchanges.some((exchange) => exchange.file === file))).toEqual(
      [],
    );
    expect(
      exchanges
        .map(({ file }) => file)
        .filter((file) => !answers.has(file) && !(file in notReplayed)),
    ).toEqual([]);
  });

  test.each(exchanges.filter(({ file }) => !(file in notReplayed)))('$file', (exchange) => {
    const { response } = exchange;
    const got = answers.get(exchange.file);
    if (!got) throw new Error('not replayed');
    const comparison = comparisons[exchange.file];
    expect(got.status).toBe(response.status);
    expect(comparedHeaders(got.headers, comparison)).toEqual(
      comparedHeaders(response.headers, comparison),
    );
    expect(compared(got.body, response.body, comparison)).toEqual(
      compared(response.body, response.body, comparison),
    );
  });
});

/** Everything but what the connection adds; the date is the clock's and is compared. Where the total is unknown so is the next page. */
function comparedHeaders(
  headers: Record<string, string>,
  comparison: Comparison | undefined,
): Record<string, string> {
  const left = { ...headers };
  const ignored = ['connection', 'keep-alive', 'x-forwarded-proto'];
  const totals = ['x-wp-total', 'x-wp-totalpages', 'link'];
  const unknown = comparison && 'totals' in comparison ? totals : [];
  for (const name of [...ignored, ...unknown]) delete left[name];
  return left;
}

/** The part of a body that is compared; `recorded` shows where a body was cut. */
function compared(body: string, recorded: string, comparison: Comparison | undefined): unknown {
  if (!comparison || 'totals' in comparison) return body;
  if (comparison.body === 'up to') {
    const at = comparison.mark === '' ? recorded.length : recorded.indexOf(comparison.mark);
    if (at < 1) throw new Error('the recording has no such mark');
    return body.slice(0, at);
  }
  const rows = rowsOf(body);
  if (rows.length === 0) throw new Error('there are no rows to compare');
  const shapes = rows.map(shape);
  return comparison.body === 'shape' ? shapes : { shapes, ids: sortedIds(rows) };
}

function sortedIds(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row['id'])).toSorted((a, b) => a - b);
}

/** Names and types in order, without the values; null counts as text, and the length of a list does not count. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([name]) => name !== 'meta_data')
      .map(([name, item]) => [name, shape(item)]);
  return value === null ? 'string' : typeof value;
}

describe('recorded deliveries', () => {
  test.each(recordedDeliveries.filter(({ secret }) => secret !== null))(
    '$file carries the signature that the store computes',
    ({ secret, request }) => {
      expect(signDelivery(secret ?? '', request.body)).toBe(
        request.headers['x-wc-webhook-signature'],
      );
    },
  );

  const sameStore = recordedDeliveries.filter(
    ({ request }) => request.headers['host'] === '127.0.0.1:8099',
  );
  test('the replayed changes fire exactly the recorded deliveries', () => {
    const mine = posted
      .filter(({ url }) => url === 'http://127.0.0.1:8099/hook')
      .map(comparedDelivery);
    const theirs = sameStore.map(({ request }) => comparedDelivery(request));
    expect(theirs.length).toBeGreaterThan(5);
    expect(inAnyOrder(mine)).toEqual(inAnyOrder(theirs));
  });

  test('a customer created and deleted before the queue runs: signed errors without an id', async () => {
    const bodies: Posted[] = [];
    const sim = await createWooSim({
      customers: 1,
      homeUrl: 'http://127.0.0.1:8093',
      postDelivery: (url, headers, body) => {
        bodies.push({ url, headers, body });
        return Promise.resolve(200);
      },
    });
    const key = ownKey(sim);
    for (const topic of ['customer.created', 'customer.updated'])
      await sim.webhooks.create(
        { topic, delivery_url: 'http://127.0.0.1:8098/hook', secret: 'probe-secret' },
        key,
      );
    bodies.length = 0;
    sim.customers.delete(sim.customers.create().id);
    await sim.flushDeliveries();
    await sim.close();
    const recorded = recordedDeliveries.filter(({ file }) => file.includes('-of-a-deleted-'));
    expect(bodies.map(comparedDelivery)).toEqual(
      recorded.map(({ request }) => comparedDelivery(request)),
    );
  });
});

function inAnyOrder(list: readonly unknown[]): string[] {
  return list.map((item) => JSON.stringify(item)).toSorted();
}

/** The headers that the webhook sends, without those of the connection and the random delivery id. */
function comparedDelivery({ headers, body }: { headers: Record<string, string>; body: string }) {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('x-wc-') || name === 'content-type',
  );
  const kept = names.filter((name) => name !== 'x-wc-webhook-delivery-id').toSorted();
  return { headers: kept.map((name) => [name, headers[name]]), body };
}
