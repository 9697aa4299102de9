import { codeOf, type Database } from '@mantis-sync/db';
import { TRPCError } from '@trpc/server';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance } from 'fastify';
import { CLIENT_ADDRESS_HEADER, type Auth } from '../auth/create-auth.ts';

export interface AuthRouteDeps {
  auth: Auth;
  database: Database;
  publicUrl: string;
}

/**
 * The exposed parts of better-auth: sign-in, sign-out, passkeys and password reset. Organisations, members and
 * keys use our own procedures, which check access.
 */
const OPEN = new Set([
  'sign-up/email',
  'sign-in/email',
  'sign-in/magic-link',
  'magic-link/verify',
  'sign-out',
  'get-session',
  'request-password-reset',
  'reset-password',
  'change-password',
  'passkey/generate-register-options',
  'passkey/verify-registration',
  'passkey/generate-authenticate-options',
  'passkey/verify-authentication',
  'passkey/list-user-passkeys',
  'passkey/update-passkey',
  'passkey/delete-passkey',
]);

/** The longest is a passkey with the statement of its device. */
const bodyLimitBytes = 32_768;

function isOpen(url: string): boolean {
  const path = new URL(url, 'http://localhost').pathname.replace(/^\/api\/auth\//, '');
  return OPEN.has(path);
}

/** Passes `/api/auth/*` to better-auth. It sees the public host, whatever the request says. */
export function authRoutes(deps: AuthRouteDeps) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: bodyLimitBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    app.route({
      method: ['GET', 'POST'],
      url: '/api/auth/*',
      async handler(request, reply) {
        if (!isOpen(request.url)) throw new TRPCError({ code: 'NOT_FOUND' });
        const headers = fromNodeHeaders(request.headers);
        headers.set(CLIENT_ADDRESS_HEADER, request.ip);
        // The body was already parsed; its length may differ in bytes.
        headers.delete('content-length');
        const { method, body } = request;
        const init = { method, headers, ...(typeof body === 'string' && body !== '' && { body }) };
        return reply.send(
          await handle(deps, new Request(new URL(request.url, deps.publicUrl), init)),
        );
      },
    });
    done();
  };
}

async function handle({ auth, database }: AuthRouteDeps, request: Request): Promise<Response> {
  try {
    return await auth.handler(request);
  } catch (error) {
    // Prisma's code for an invalid uuid, which better-auth does not check.
    if (codeOf(error) === 'P2007') throw new TRPCError({ code: 'BAD_REQUEST' });
    await database.ping();
    throw error;
  }
}
