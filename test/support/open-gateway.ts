import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  Server as TlsServer,
} from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Certificate } from './create-authority.ts';
import { portOf } from './free-port.ts';

/** What happens to a response of the store, headers and chunks. */
export interface Delivered {
  bytes: Buffer;
  /** The connection after the response. */
  after: 'keep' | 'end' | 'reset';
  /** Milliseconds per byte; everything together unless given. */
  everyMs?: number;
}

export type Harm = (answer: Buffer) => Delivered;

/** The connection to a store, which a test can disturb. */
export interface Gateway {
  /** Without a trailing slash. */
  readonly url: string;
  /** Must be called before the first request. */
  leadTo(storeUrl: string): void;
  /** Disturbs the next responses. */
  harm(how: Harm, times?: number): void;
  /** Uses this certificate on all new connections. */
  show(certificate: Certificate): void;
  /** Refuses connections until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** A proxy in front of a store, with TLS if a certificate is given. */
export async function openGateway(certificate?: Certificate): Promise<Gateway> {
  let storePort = 0;
  let harm: Harm | null = null;
  let left = 0;
  const sockets = new Set<Socket>();
  const server: Server = certificate
    ? createTlsServer(certificate, (socket) => join(socket))
    : createServer((socket) => join(socket));
  // A client that rejects our certificate.
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });

  function join(client: Socket): void {
    const store = connect(storePort, '127.0.0.1');
    let answer = Buffer.alloc(0);
    client.on('data', (bytes) => void store.write(bytes));
    client.on('error', () => undefined).on('close', () => store.destroy());
    store.on('error', () => undefined).on('close', () => client.destroy());
    store.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      if (!isWhole(answer)) return;
      const whole = answer;
      answer = Buffer.alloc(0);
      void deliver(client, harm && left-- > 0 ? harm(whole) : { bytes: whole, after: 'keep' });
    });
  }

  async function dropConnections(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    while (sockets.size > 0) await Promise.all([...sockets].map((socket) => once(socket, 'close')));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  onTestFinished(async () => {
    server.close();
    await dropConnections();
  });

  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    leadTo: (storeUrl) => void (storePort = Number(new URL(storeUrl).port)),
    harm(how, times = Infinity) {
      harm = how;
      left = times;
    },
    show(next) {
      if (!(server instanceof TlsServer)) throw new TypeError('This gateway has no TLS');
      createSecureContext(next);
      server.setSecureContext(next);
      for (const socket of sockets) socket.destroy();
    },
    async shut() {
      const closed = once(server, 'close');
      server.close();
      await dropConnections();
      await closed;
    },
    async open() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

/** Whether the last byte of a response has arrived: the simulated store sends chunks, or a length. */
function isWhole(answer: Buffer): boolean {
  const { head, body } = splitAnswer(answer);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  return body.subarray(-5).toString('latin1') === '0\r\n\r\n';
}

/** The headers with the empty line, and the rest. */
export function splitAnswer(answer: Buffer): { head: string; body: Buffer } {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return { head: '', body: Buffer.alloc(0) };
  return { head: answer.subarray(0, end + 4).toString('latin1'), body: answer.subarray(end + 4) };
}

/** The content of a chunked body. */
export function withoutChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (length === 0) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(parts);
}

async function deliver(client: Socket, { bytes, after, everyMs }: Delivered): Promise<void> {
  for (const part of everyMs === undefined ? [bytes] : [...bytes].map((byte) => Buffer.of(byte))) {
    if (client.destroyed) return;
    client.write(part);
    if (everyMs !== undefined) await sleep(everyMs, undefined, { ref: false });
  }
  if (after === 'end') client.end();
  // After pending writes: a reset would discard them.
  if (after === 'reset') client.write('', () => client.resetAndDestroy());
}
