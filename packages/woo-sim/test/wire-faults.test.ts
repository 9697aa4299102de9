import { once } from 'node:events';
import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FaultRule, WooSim } from '../src/index.ts';
import { ask, basic, startSim } from './client.ts';

const path = '/wp-json/wc/v3/customers?orderby=id';

async function raw(sim: WooSim, fault?: FaultRule['fault']): Promise<Buffer> {
  sim.faults.set(fault ? [{ fault }] : []);
  return Buffer.from(await (await ask(sim, path)).arrayBuffer());
}

describe('corrupt bytes', () => {
  test('a PHP notice or byte order mark is sent before a valid response', async () => {
    const sim = await startSim({ customers: 3 });
    const right = await raw(sim);
    const noticed = await raw(sim, { kind: 'php-notice' });
    expect(noticed.toString()).toMatch(/^<br \/>\n<b>Notice<\/b>/);
    expect(noticed.subarray(-right.length)).toEqual(right);
    const marked = await raw(sim, { kind: 'bom' });
    expect([...marked.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(marked.subarray(3)).toEqual(right);
  });

  test('invalid UTF-8 inside a name', async () => {
    const sim = await startSim({ customers: 3 });
    const body = await raw(sim, { kind: 'invalid-utf8' });
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body)).toThrow(TypeError);
    expect(() => JSON.parse(body.toString('utf8'))).not.toThrow();
  });

  test('truncated JSON is sent with its own length', async () => {
    const sim = await startSim({ customers: 3 });
    sim.faults.add({ fault: { kind: 'truncate', bytes: 100 } });
    const response = await ask(sim, path);
    expect(response.headers.get('content-length')).toBe('100');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test('faults combine: a byte order mark, a notice, a truncated body and a foreign header', async () => {
    const sim = await startSim({ customers: 3 });
    sim.faults.set([
      { fault: { kind: 'php-notice', text: 'x' } },
      { fault: { kind: 'bom' } },
      { fault: { kind: 'truncate', bytes: 5 } },
      { fault: { kind: 'headers', set: { Age: '600' } } },
    ]);
    const response = await ask(sim, path);
    expect(response.headers.get('age')).toBe('600');
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toBe('\xef\xbb\xbfx[');
  });
});

/** Sends a request over a connection of its own. */
function open(sim: WooSim, wanted = path): http.ClientRequest {
  const headers = { authorization: basic(sim.defaultCredentials) };
  const request = http.get(sim.url + wanted, { agent: false, headers });
  request.on('error', () => undefined);
  return request;
}

async function answerTo(request: http.ClientRequest): Promise<http.IncomingMessage> {
  const [response]: http.IncomingMessage[] = await once(request, 'response');
  if (!response) throw new Error('there is no answer');
  return response;
}

describe('connections that go wrong', () => {
  test('cut in the middle of the body', async () => {
    const sim = await startSim({ customers: 100 });
    sim.faults.add({ fault: { kind: 'cut', afterBytes: 1000 } });
    const response = await ask(sim, path);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('reset before an answer', async () => {
    const sim = await startSim({ customers: 1 });
    sim.faults.add({ times: 1, fault: { kind: 'reset' } });
    await expect(ask(sim, path)).rejects.toThrow('fetch failed');
    expect((await ask(sim, path)).status).toBe(200);
  });

  test('without headers, the request stays open until the client gives up', async () => {
    const sim = await startSim({ customers: 1 });
    const arrived = new Promise<void>((resolve) => {
      sim.faults.set([
        { route: '/orders', fault: { kind: 'hook', run: () => resolve() } },
        { route: '/orders', fault: { kind: 'never' } },
      ]);
    });
    let answered = false;
    const request = open(sim, '/wp-json/wc/v3/orders').on('response', () => (answered = true));
    await arrived;
    expect((await ask(sim, path)).status).toBe(200);
    expect(sim.connections.active).toBe(1);
    expect(answered).toBe(false);
    request.destroy();
  });

  test('a slow drip arrives completely, and ends when the simulated store closes', async () => {
    const sim = await startSim({ customers: 1 });
    const right = await raw(sim);
    expect(await raw(sim, { kind: 'drip', bytes: 400, everyMs: 1 })).toEqual(right);
    sim.faults.set([{ fault: { kind: 'drip', bytes: 1, everyMs: 3_600_000 } }]);
    const request = open(sim);
    const response = await answerTo(request);
    response.on('error', () => undefined);
    const [first]: Buffer[] = await once(response, 'data');
    expect(first?.length).toBe(1);
    const ended = new Promise((resolve) => response.once('close', resolve));
    await sim.close();
    await ended;
    expect(response.complete).toBe(false);
  });

  test('a gzip bomb: small on the wire, large behind it', async () => {
    const sim = await startSim({ customers: 1 });
    sim.faults.add({ fault: { kind: 'gzip-bomb', inflatedBytes: 5_000_000 } });
    const request = open(sim);
    const response = await answerTo(request);
    expect(response.headers['content-encoding']).toBe('gzip');
    const parts: Buffer[] = [];
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
    const wire = Buffer.concat(parts);
    expect(wire.length).toBeLessThan(20_000);
    const inflated = gunzipSync(wire);
    expect(inflated.length).toBe(5_000_000);
    expect(JSON.parse(inflated.toString())).toEqual([]);
  });

  test('an endless body is sent until the client disconnects; a long one has its length', async () => {
    const sim = await startSim({ customers: 1 });
    sim.faults.add({ times: 1, fault: { kind: 'endless-body' } });
    const request = open(sim);
    const response = await answerTo(request);
    let bytes = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > 2_000_000) break;
    }
    expect(bytes).toBeGreaterThan(2_000_000);
    sim.faults.set([{ fault: { kind: 'endless-body', bytes: 300_000 } }]);
    const long = await ask(sim, path);
    expect(long.headers.get('content-length')).toBe('300000');
    expect((await long.arrayBuffer()).byteLength).toBe(300_000);
  });
});
