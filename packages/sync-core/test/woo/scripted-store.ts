import https from 'node:https';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Recording } from './recording.ts';

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from '../../../../test/support/free-port.ts';

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedStore {
  readonly url: string;
  readonly port: number;
  /** Method, path and headers of each request, in order. */
  readonly requests: readonly IncomingMessage[];
}

const tlsFile = (name: string) =>
  readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

/** A self-signed certificate for localhost, 127.0.0.1 and shop.test. */
export const testTls = { key: tlsFile('key'), cert: tlsFile('cert') };

/** A server that sends the replies in turn, and then repeats the last one. Closed with the test. */
export async function scriptedStore(
  replies: Reply | readonly Reply[],
  options: { readonly tls?: boolean } = {},
): Promise<ScriptedStore> {
  const script = typeof replies === 'function' ? [replies] : replies;
  const requests: IncomingMessage[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    script[Math.min(requests.length, script.length) - 1]?.(request, response);
  };
  const server = options.tls ? https.createServer(testTls, answer) : http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = portOf(server);
  return { url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, requests };
}

/** Responds as the recorded store did. */
export function replay({ response: { status, headers, body } }: Recording): Reply {
  const { 'transfer-encoding': _, connection: __, ...rest } = headers;
  return reply(status, rest, body);
}

export function reply(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Reply {
  return (_request, response) => response.writeHead(status, headers).end(body);
}

/** A page of customers. */
export function pageReply(
  rows: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return reply(
    200,
    { 'content-type': 'application/json; charset=UTF-8', 'x-wp-total': '806', ...headers },
    JSON.stringify(rows),
  );
}
