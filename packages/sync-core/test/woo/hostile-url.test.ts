import { createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { probeConnection } from '../../src/woo/connect-store.ts';
import { createWooClient } from '../../src/woo/create-woo-client.ts';
import { createSafeDispatcher, type ResolveAll } from '../../src/woo/safe-connect.ts';
import { isPublicAddress } from '../../src/woo/store-address.ts';
import { WooError } from '../../src/woo/woo-error.ts';
import { pageReply, reply, scriptedStore, testTls } from './scripted-store.ts';
import { portOf } from '../../../../test/support/free-port.ts';

const credentials = { consumerKey: 'ck_hostile', consumerSecret: 'cs_hostile' };

/** A server in our network that must never be called; it counts connections. */
async function internalServer(): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  return { port: await listen(server), connections: () => connections };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return portOf(server);
}

/** A port without a listener. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Rules {
  ports?: readonly number[];
  allowHosts?: readonly string[];
  resolve?: ResolveAll;
}

/** All that a caller learns of a store that cannot be connected. */
async function refusal(url: string, rules: Rules = {}) {
  const dispatcher = createSafeDispatcher({ ...rules, connectMs: 2_000, ca: testTls.cert });
  onTestFinished(() => dispatcher.destroy());
  const error = await probeConnection({ url, credentials, dispatcher, ...rules }).then(
    () => new Error('was connected'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WooError)) throw error;
  const { code, message, advice, status, excerpt, cause } = error;
  return { code, message, advice, status, excerpt, cause };
}

/** A name server that gives these addresses, a list for each question. */
function nameServer(...answers: string[][]) {
  let asked = 0;
  const resolve: ResolveAll = (_hostname, _options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, asked: () => asked };
}

/** This machine, in every notation that anything between us and the socket understands. */
const spellingsOfUs = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '0177.0.0.01',
  '017700000001',
  '127.0.0.1.',
  '0',
  '0.0.0.0',
  '①②⑦.⓪.⓪.①',
  '１２７.0.0.1',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'shop.localhost',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
];

describe('a store URL that leads to us', () => {
  test.each(spellingsOfUs)('%s opens no socket (S13)', async (host) => {
    const { port, connections } = await internalServer();
    for (const scheme of ['http', 'https']) {
      const { code } = await refusal(`${scheme}://${host}:${port}/`, { ports: [port] });
      expect(code).toMatch(/^(unsafe_address|bad_url)$/);
    }
    expect(connections()).toBe(0);
  });

  test('only http and https, without a name and password, on ports of web servers (S13, S18)', async () => {
    for (const url of [
      'file:///etc/passwd',
      'gopher://shop.example.com/_GET',
      'ftp://shop.example.com',
      'ldap://shop.example.com',
      'dict://shop.example.com:11211/stats',
      'javascript:alert(1)',
      'data:text/html,x',
      'https://user:pass@shop.example.com',
      'https://shop.example.com@10.0.0.1',
      'https://ck_1:cs_1@shop.example.com',
    ])
      expect((await refusal(url)).code).toMatch(/^(bad_url|unsafe_address)$/);
    for (const port of [21, 22, 25, 110, 3306, 5432, 6379, 9200, 11211, 65_535])
      expect((await refusal(`https://shop.example.com:${port}`)).code).toBe('unsafe_address');
  });

  test('a name that later resolves to a private address is refused on connect (S14)', async () => {
    const { port, connections } = await internalServer();
    // The first address is in a public range, but unassigned.
    const { resolve, asked } = nameServer(['2e00::1'], ['127.0.0.1']);
    const rules = { ports: [port], resolve };
    const url = `https://shop.example.com:${port}`;
    expect((await refusal(url, rules)).code).not.toBe('unsafe_address');
    expect(asked()).toBe(1);
    expect((await refusal(url, rules)).code).toBe('unsafe_address');
    expect(asked()).toBe(2);
    expect(connections()).toBe(0);
  });

  test('one private address among the answers for a name refuses all of them (S15)', async () => {
    const { port, connections } = await internalServer();
    for (const answer of [
      ['127.0.0.1'],
      ['93.184.216.34', '127.0.0.1'],
      ['2606:2800:220:1:248:1893:25c8:1946', '127.0.0.1'],
      ['93.184.216.34', '::1'],
      ['93.184.216.34', '::ffff:127.0.0.1'],
      [],
    ]) {
      const { resolve } = nameServer(answer);
      const { code } = await refusal(`http://shop.example.com:${port}`, { ports: [port], resolve });
      expect(code).toBe('unsafe_address');
    }
    expect(connections()).toBe(0);
  });

  test.each([
    // IANA special-purpose registries, RFC 6890 and later, and what clouds put beside them.
    ['this network', '0.1.2.3'],
    ['private', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
    ['carrier NAT', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
    ['loopback', '127.0.0.1', '::1'],
    ['link-local', '169.254.0.1', 'fe80::1', 'fe80::1%eth0'],
    ['metadata', '169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '168.63.129.16'],
    ['protocol assignments', '192.0.0.1', '192.0.0.192', '2001:1::1'],
    ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    ['6to4 relays', '192.88.99.1'],
    ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['AS112', '192.31.196.1', '192.175.48.1', '2620:4f:8000::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
    ['reserved', '240.0.0.1', '255.255.255.255', '4000::1', '5f00::1'],
    ['unspecified', '0.0.0.0', '::'],
    ['unique local', 'fc00::1', 'fdff::1'],
    ['site-local', 'fec0::1'],
    ['discard', '100::1'],
    ['ORCHID', '2001:10::1', '2001:20::1'],
    ['mapped', '::ffff:127.0.0.1', '::ffff:169.254.169.254', '::ffff:93.184.216.34'],
    ['compatible', '::127.0.0.1', '::7f00:1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::127.0.0.1', '64:ff9b::169.254.169.254', '64:ff9b:1::1'],
    ['6to4', '2002:7f00:1::', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001::1', '2001:0:7f00:1::'],
  ])('addresses are refused that are %s (S16)', (_what, ...addresses) => {
    for (const address of addresses)
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });

  test('no redirect leads to a private address, a forbidden port, or more than three on (S17)', async () => {
    const { port, connections } = await internalServer();
    for (const location of [
      `http://127.0.0.1:${port}/wp-json/`,
      `http://[::ffff:127.0.0.1]:${port}/wp-json/`,
      `http://localhost:${port}/wp-json/`,
      `//127.1:${port}/wp-json/`,
      'http://169.254.169.254/latest/meta-data/',
      'https://shop.example.com:6379/',
      'file:///etc/passwd',
    ]) {
      const store = await scriptedStore(reply(302, { location }, ''));
      const { code } = await refusal(store.url, { allowHosts: [`127.0.0.1:${store.port}`] });
      expect([location, code]).toEqual([
        location,
        location.startsWith('file') ? 'bad_url' : 'unsafe_address',
      ]);
      expect(store.requests).toHaveLength(1);
    }
    expect(connections()).toBe(0);

    let hops = 0;
    const endless = await scriptedStore((_, response) =>
      response.writeHead(302, { location: `/${++hops}/wp-json/` }).end(),
    );
    expect((await refusal(endless.url, { allowHosts: ['127.0.0.1'] })).code).toBe('redirected');
    expect(endless.requests).toHaveLength(4);
  });

  test('keys follow no redirect, not even to another address of the same store (S17)', async () => {
    const elsewhere = await scriptedStore(pageReply([]), { tls: true });
    const store = await scriptedStore(
      reply(307, { location: `${elsewhere.url}/wp-json/wc/v3/customers` }, ''),
      { tls: true },
    );
    const dispatcher = createSafeDispatcher({ allowHosts: ['127.0.0.1'], ca: testTls.cert });
    onTestFinished(() => dispatcher.destroy());
    for (const authMode of ['basic', 'query', 'oauth1'] as const) {
      const client = createWooClient({
        baseUrl: store.url,
        routeStyle: 'pretty',
        authMode,
        credentials,
        dispatcher,
      });
      await expect(client.listCustomers({ offset: 0, perPage: 1 })).rejects.toMatchObject({
        code: 'redirected',
      });
    }
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('redirects from https to http are not followed (S17)', async () => {
    const plain = await scriptedStore(reply(200, {}, '{"namespaces":["wc/v3"]}'));
    const store = await scriptedStore(reply(301, { location: `${plain.url}/wp-json/` }, ''), {
      tls: true,
    });
    expect((await refusal(store.url, { allowHosts: ['127.0.0.1'] })).code).toBe('redirected');
    expect(plain.requests).toHaveLength(0);
  });

  test('the same error is returned for an open, a closed and a forbidden port (S19)', async () => {
    const { port: open } = await internalServer();
    const closed = await closedPort();
    const ports = [open, closed];
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1']) {
      const answers = [
        await refusal(`http://${host}:${open}`, { ports }),
        await refusal(`http://${host}:${closed}`, { ports }),
      ];
      expect(answers[0]).toEqual(answers[1]);
    }
    const { resolve } = nameServer(['127.0.0.1']);
    expect(await refusal(`http://shop.example.com:${open}`, { ports, resolve })).toEqual(
      await refusal(`http://shop.example.com:${closed}`, { ports, resolve }),
    );
    expect(await refusal(`http://127.0.0.1:${open}`)).toEqual(
      await refusal(`http://127.0.0.1:${closed}`),
    );
  });
});

test('a certificate of our own authority is trusted where its file is given, and nowhere else (S13)', async () => {
  const store = await scriptedStore(reply(404, {}, '<html></html>'), { tls: true });
  const allowHosts = ['127.0.0.1'];
  expect((await refusal(store.url, { allowHosts })).code).toBe('not_woocommerce');
  const untrusting = createSafeDispatcher({ allowHosts });
  onTestFinished(() => untrusting.destroy());
  await expect(
    probeConnection({ url: store.url, credentials, dispatcher: untrusting, allowHosts }),
  ).rejects.toMatchObject({ code: 'tls' });
});
