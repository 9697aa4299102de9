import type { LookupAddress } from 'node:dns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pageReply, reply, scriptedStore, testTls } from '../../test/woo/scripted-store.ts';
import { createSafeDispatcher, type SafeDispatcherOptions } from './safe-connect.ts';
import { errorCode, WooError } from './woo-error.ts';

function dispatcherOf(options: SafeDispatcherOptions) {
  const dispatcher = createSafeDispatcher(options);
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

/** The status of a GET, or the code of its error. */
async function call(url: string, options: SafeDispatcherOptions): Promise<number | string | null> {
  const { origin } = new URL(url);
  try {
    const answer = await dispatcherOf(options).request({ origin, path: '/', method: 'GET' });
    await answer.body.dump();
    return answer.statusCode;
  } catch (error) {
    return error instanceof WooError ? error.code : errorCode(error);
  }
}

/** A name server that gives these addresses, a list for each question. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  const resolve: NonNullable<SafeDispatcherOptions['resolve']> = (hostname, _options, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address): LookupAddress => ({
        address,
        family: address.includes(':') ? 6 : 4,
      })),
    );
  };
  return { resolve, asked };
}

describe('createSafeDispatcher', () => {
  it('refuses literals of private networks and opens no socket to them', async () => {
    const store = await scriptedStore(pageReply([]));
    const ports = [store.port];
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '127.1', '0', '[::ffff:127.0.0.1]']) {
      expect(await call(`http://${host}:${store.port}`, { ports })).toBe('unsafe_address');
    }
    expect(store.requests).toHaveLength(0);
  });

  it('refuses a name with any private address among its answers', async () => {
    const store = await scriptedStore(pageReply([]));
    const ports = [store.port];
    const url = `http://shop.example.com:${store.port}`;
    for (const answer of [['127.0.0.1'], ['93.184.216.34', '::1'], ['64:ff9b::7f00:1'], []]) {
      const { resolve, asked } = resolver(answer);
      expect(await call(url, { ports, resolve })).toBe('unsafe_address');
      expect(asked).toEqual(['shop.example.com']);
    }
    expect(store.requests).toHaveLength(0);
  });

  it('resolves the name again on each connect, so that rebinding does not help', async () => {
    const store = await scriptedStore(pageReply([]));
    const { resolve, asked } = resolver(['127.0.0.1'], ['169.254.169.254']);
    const dispatcher = dispatcherOf({ ports: [store.port], resolve });
    const request = { origin: `http://shop.example.com:${store.port}`, path: '/', method: 'GET' };
    for (const _ of [1, 2]) {
      await expect(dispatcher.request({ ...request, method: 'GET' })).rejects.toMatchObject({
        code: 'unsafe_address',
      });
    }
    expect(asked).toHaveLength(2);
  });

  it('refuses ports that are not allowed, and other schemes', async () => {
    expect(await call('http://93.184.216.34:22', {})).toBe('unsafe_address');
    expect(await call('http://93.184.216.34:6379', {})).toBe('unsafe_address');
  });

  it('allows the named hosts', async () => {
    const store = await scriptedStore(reply(204, {}, ''));
    const allowHosts = [`127.0.0.1:${store.port}`];
    expect(await call(store.url, { allowHosts })).toBe(204);
    expect(await call(store.url, { allowHosts: ['127.0.0.1:1'] })).toBe('unsafe_address');
  });

  it('trusts a further authority only if it is given, and checks the name', async () => {
    const store = await scriptedStore(reply(204, {}, ''), { tls: true });
    const allowHosts = ['127.0.0.1', '127.0.0.2'];
    expect(await call(store.url, { allowHosts })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await call(store.url, { allowHosts, ca: testTls.cert })).toBe(204);
  });
});
