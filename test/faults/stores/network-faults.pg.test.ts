import type { RunStatus } from '@mantis-sync/sync-core';
import { describe, expect, test } from 'vitest';
import { createAuthority, hasOpenssl } from '../../support/create-authority.ts';
import { expectFixpoint, expectSame, warningsOf } from '../../support/expect-fixpoint.ts';
import { type Harm, openGateway, splitAnswer, withoutChunks } from '../../support/open-gateway.ts';
import {
  openStore,
  shareDatabase,
  type OpenStore,
  type OpenStoreOptions,
} from '../../support/open-store.ts';

const CUSTOMERS = 230;
const shared = shareDatabase();
const list = '/wc/v3/customers';
/**
 * Only one of the two limits can be reached, however busy the machine is; it is long enough for a normal response
 * there, and short enough to wait for.
 */
const untilHead = { headersMs: 1_000, totalMs: 60_000 };
const untilEnd = { headersMs: 60_000, totalMs: 1_500 };

const openShortStore = (options: OpenStoreOptions = {}) =>
  openStore({ customers: CUSTOMERS, timeouts: untilEnd, on: shared(), ...options });

/** The run read everybody in the end, and its activity says what it had to wait for. */
async function expectWaited(store: OpenStore, run: RunStatus, code: string): Promise<void> {
  expect(run).toMatchObject({ state: 'done', counts: { total: CUSTOMERS, done: CUSTOMERS } });
  expect(run.discovery.requestsUsed).toBeLessThanOrEqual(run.discovery.requestsBudget);
  await expectSame(store);
  const warnings = await warningsOf(store, run);
  expect(warnings.map(({ event, data }) => [event, data['code']])).toContainEqual([
    'discovery.waiting',
    code,
  ]);
}

/** The run ended without its list, and gives the reason. */
async function expectGivenUp(store: OpenStore, run: RunStatus, code: string): Promise<void> {
  expect(run).toMatchObject({ state: 'failed', discovery: { error: { code } } });
  const warnings = await warningsOf(store, run);
  expect(warnings.find(({ event }) => event === 'discovery.failed')).toMatchObject({
    level: 'error',
    data: { code },
    message: run.discovery.error?.message,
  });
}

describe('a slow store', () => {
  test.each([
    [
      'slow-loris, a byte now and then (F35)',
      { kind: 'drip', bytes: 1, everyMs: 50 },
      'timeout_total',
      untilEnd,
    ],
    ['headers that are never sent (F36)', { kind: 'never' }, 'timeout_headers', untilHead],
  ] as const)('%s', async (_name, fault, code, limits) => {
    const store = await openShortStore({ timeouts: limits });
    store.sim.faults.add({ route: list, skip: 1, times: 2, fault });
    await expectWaited(store, await store.run('full'), code);
  });

  test('headers that come byte by byte (F36)', async () => {
    const gateway = await openGateway();
    const store = await openShortStore({ gateway, timeouts: untilHead });
    gateway.harm((bytes) => ({ bytes, after: 'keep', everyMs: 50 }), 2);
    await expectWaited(store, await store.run('full'), 'timeout_headers');
  });

  test('slow-loris forever ends the run, and a retry completes it (F35)', async () => {
    const store = await openShortStore({ timeouts: { ...untilEnd, totalMs: 400 } });
    store.sim.faults.add({ route: list, skip: 1, fault: { kind: 'drip', bytes: 1, everyMs: 50 } });
    const end = await store.run('full', { pageSize: 10 });
    await expectGivenUp(store, end, 'timeout_total');
    await expectFixpoint(store, end);
  });
});

describe('a connection that breaks at any byte', () => {
  const places: [string, (answer: Buffer) => number][] = [
    ['before the head', () => 0],
    ['within the head', () => 40],
    ['behind the head', (answer) => splitAnswer(answer).head.length],
    ['in the middle of the body', (answer) => Math.floor(answer.length / 2)],
    ['one byte before the end', (answer) => answer.length - 1],
  ];
  const ends = ['reset', 'end'] as const;

  test.each(ends.flatMap((after) => places.map(([where, at]) => ({ after, where, at }))))(
    '$after $where (F54)',
    async ({ after, at }) => {
      const gateway = await openGateway();
      const store = await openShortStore({ gateway });
      gateway.harm((answer) => ({ bytes: answer.subarray(0, at(answer)), after }), 2);
      await expectWaited(store, await store.run('full'), 'connection_reset');
    },
  );

  test('connections that are refused for a while (F54)', async () => {
    const gateway = await openGateway();
    const store = await openShortStore({ gateway });
    await gateway.shut();
    const end = await store.run('full');
    await expectGivenUp(store, end, 'refused_connection');
    await gateway.open();
    await expectFixpoint(store, end);
  });
});

/** The answer with another length, or with its body in no chunks at all. */
function framed(header: string, content: (body: Buffer) => Buffer = (body) => body): Harm {
  return (answer) => {
    const { head, body } = splitAnswer(answer);
    const plain = content(withoutChunks(body));
    const lines = head.replace(
      /transfer-encoding: chunked/i,
      header.replace('N', `${plain.length}`),
    );
    return { bytes: Buffer.concat([Buffer.from(lines, 'latin1'), plain]), after: 'end' };
  };
}

const withChunkSize =
  (size: string): Harm =>
  (answer) => {
    const { head, body } = splitAnswer(answer);
    const rest = body.subarray(body.indexOf('\r\n'));
    return { bytes: Buffer.concat([Buffer.from(head + size, 'latin1'), rest]), after: 'end' };
  };

const half = (body: Buffer) => body.subarray(0, body.length / 2);

describe('responses with a wrong length', () => {
  test.each<[string, Harm, string]>([
    ['half the JSON with its right length', framed('Content-Length: N', half), 'truncated'],
    ['a length that is too long', framed('Content-Length: 9999999'), 'connection_reset'],
    ['a length that is too short', framed('Content-Length: 1000'), 'truncated'],
    ['a length that is no number', framed('Content-Length: many'), 'malformed_http'],
    ['two lengths', framed('Content-Length: N\r\nContent-Length: 7'), 'truncated'],
    ['a chunk whose size is no number', withChunkSize('zz'), 'malformed_http'],
    ['a chunk that is shorter than it says', withChunkSize('fffffff'), 'connection_reset'],
    ['a chunk that is longer than it says', withChunkSize('10'), 'malformed_http'],
  ])('%s (F32)', async (_name, harm, code) => {
    const gateway = await openGateway();
    const store = await openShortStore({ gateway });
    gateway.harm(harm, 2);
    await expectWaited(store, await store.run('full'), code);
  });

  test('a length that is too long, on a connection that stays open (F32)', async () => {
    const gateway = await openGateway();
    const store = await openShortStore({ gateway });
    const tooLong = framed('Content-Length: 9999999');
    gateway.harm((answer) => ({ ...tooLong(answer), after: 'keep' }), 1);
    await expectWaited(store, await store.run('full'), 'timeout_total');
  });
});

describe('a store that is unreachable or untrusted', () => {
  test('a name that stops resolving (F54)', async () => {
    const store = await openShortStore();
    const move = (url: string) =>
      store.db.admin.query('update woo_store set url = $1 where id = $2', [url, store.storeId]);
    // Reserved for names that never resolve (RFC 6761).
    await move('https://shop.invalid');
    const before = store.sim.requests.length;
    const end = await store.run('full');
    await expectGivenUp(store, end, 'dns');
    expect(store.sim.requests).toHaveLength(before);
    await move(store.sim.url);
    await expectFixpoint(store, end);
  });

  test.runIf(hasOpenssl).each([
    ['has expired', 'IP:127.0.0.1', -1, true],
    ['is for another name', 'DNS:other.example', 2, true],
    ['nobody trusts', 'IP:127.0.0.1', 2, false],
  ] as const)('a certificate that %s (F54)', async (_name, subject, days, isOurs) => {
    const authority = await createAuthority();
    const sound = await authority.issue('IP:127.0.0.1');
    const gateway = await openGateway(sound);
    const store = await openShortStore({ gateway, ca: authority.ca });
    const before = store.sim.requests.length;
    gateway.show(await (isOurs ? authority : await createAuthority()).issue(subject, days));

    const end = await store.run('full');
    expect(end).toMatchObject({
      isActionRequired: true,
      action: { code: 'tls' },
      counts: { total: 0 },
    });
    expect(end.action?.reason).toContain('certificate cannot be trusted');
    // Nothing was sent over an untrusted connection, in particular no keys.
    expect(store.sim.requests).toHaveLength(before);
    expect((await store.stores.get(store.caller, { storeId: store.storeId })).pause?.code).toBe(
      'tls',
    );

    gateway.show(sound);
    await expectFixpoint(store, end);
  });
});
