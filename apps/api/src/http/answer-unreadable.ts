import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '@mantis-sync/db';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Responds to requests that reach no route, with the usual headers and without repeating the request. */
export function answerUnreadable(headers: Record<string, string>) {
  return {
    /** An address that cannot be decoded, or has a part that is too long. */
    frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
      void reply
        .headers({ ...headers, 'x-request-id': request.id })
        .code(error.statusCode ?? 400)
        .send(describe(request.id));
    },
    /** Invalid HTTP, or a request that takes too long to arrive. */
    clientErrorHandler(error: Error, socket: Socket): void {
      if (codeOf(error) === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const status = STATUS_OF[codeOf(error) ?? ''] ?? 400;
      const requestId = randomUUID();
      const body = JSON.stringify(describe(requestId));
      const lines = Object.entries({
        ...headers,
        'x-request-id': requestId,
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
      }).map(([name, value]) => `${name}: ${value}`);
      const start = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
      socket.end(`${[start, ...lines].join('\r\n')}\r\n\r\n${body}`);
    },
  };
}

const STATUS_OF: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

function describe(requestId: string) {
  return {
    code: 'unreadable_request',
    message: 'The request cannot be read',
    advice: 'Encode the address as UTF-8, keep names short, and send the request in time.',
    requestId,
  };
}
