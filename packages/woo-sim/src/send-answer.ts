import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { WireFault } from './faults.ts';
import type { WireAnswer } from './wire-answer.ts';

/** How the bytes go over the wire. */
export type Pace =
  | { kind: 'whole' }
  | { kind: 'cut'; afterBytes: number | undefined }
  | { kind: 'drip'; bytes: number; everyMs: number };

/** Sends a response; a HEAD request receives only the headers. */
export async function sendAnswer(
  response: ServerResponse,
  wire: WireAnswer,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(wire.body);
  response.sendDate = false;
  const length = wire.sized || wire.status === 204 ? { 'content-length': String(body.length) } : {};
  response.writeHead(wire.status, { ...wire.headers, ...length });
  if (response.req.method === 'HEAD') return void response.end();
  if (pace.kind === 'whole') return void response.end(body);
  if (pace.kind === 'drip') return drip(response, body, pace, signal);
  const sent = body.subarray(0, pace.afterBytes ?? Math.floor(body.length / 2));
  await new Promise<void>((resolve) => response.write(sent, () => resolve()));
  response.destroy();
}

async function drip(
  response: ServerResponse,
  body: Buffer,
  { bytes, everyMs }: { bytes: number; everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return void response.destroy();
  }
  response.end();
}

const chunkBytes = 65_536;
const blanks = Buffer.alloc(chunkBytes, ' ');
const bombs = new Map<number, Promise<Buffer>>();

/** Misbehaves on the wire; resolves when the connection is finished. */
export async function misbehave(response: ServerResponse, fault: WireFault): Promise<void> {
  if (fault.kind === 'reset') return void response.socket?.resetAndDestroy();
  if (fault.kind === 'never') return closed(response);
  const json = { server: 'nginx', 'content-type': 'application/json; charset=UTF-8' };
  if (fault.kind === 'gzip-bomb') {
    const bomb = await gzipBomb(fault.inflatedBytes ?? 100_000_000);
    response.writeHead(200, { ...json, 'x-wp-total': '1', 'content-encoding': 'gzip' });
    return void response.end(bomb);
  }
  const total = fault.bytes ?? Infinity;
  const length = Number.isFinite(total) ? { 'content-length': String(total) } : {};
  response.writeHead(200, { ...json, 'x-wp-total': '1', ...length });
  await pour(response, total);
}

/** An array that never closes, filled with blanks, as fast as the client reads. */
async function pour(response: ServerResponse, total: number): Promise<void> {
  const gone = closed(response);
  response.write('[');
  for (let sent = 1; sent < total && !response.destroyed;) {
    const part = blanks.subarray(0, Math.min(chunkBytes, total - sent));
    sent += part.length;
    if (!response.write(part)) await Promise.race([gone, event(response, 'drain')]);
  }
  response.end();
}

function closed(response: ServerResponse): Promise<void> {
  return response.destroyed || response.closed ? Promise.resolve() : event(response, 'close');
}

function event(response: ServerResponse, name: 'close' | 'drain'): Promise<void> {
  return new Promise((resolve) => response.once(name, () => resolve()));
}

/** A JSON array of blanks, compressed to a thousandth of its size. */
function gzipBomb(inflatedBytes: number): Promise<Buffer> {
  const made = bombs.get(inflatedBytes) ?? inflate(inflatedBytes);
  bombs.set(inflatedBytes, made);
  return made;
}

async function inflate(inflatedBytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  gzip.write('[');
  for (let sent = 1; sent < inflatedBytes - 1; sent += chunkBytes)
    if (!gzip.write(blanks.subarray(0, Math.min(chunkBytes, inflatedBytes - 1 - sent))))
      await once(gzip, 'drain');
  gzip.end(']');
  await once(gzip, 'end');
  return Buffer.concat(parts);
}
