import { DatabaseUnavailableError } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import { AUTHORIZATION_CALLBACK_PATH, type AuthorizationService } from '@mantis-sync/sync-core';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mayConnect } from '../auth/may-connect.ts';

/** The keys are sent by a server, without a session. */
export const AUTHORIZATION_PATH = AUTHORIZATION_CALLBACK_PATH;

const bodyLimitBytes = 4_096;

/** As class-wc-auth.php sends it. Additional fields are ignored. */
const bodySchema = z.object({
  key_id: z.union([z.number(), z.string()]),
  user_id: z.string().regex(/^[0-9a-f]{64}$/),
  consumer_key: z.string().regex(/^ck_[0-9a-f]{40}$/),
  consumer_secret: z.string().regex(/^cs_[0-9a-f]{40}$/),
  key_permissions: z.enum(['read', 'write', 'read_write']),
});

interface AuthorizationRouteDeps {
  authorizations: AuthorizationService;
  prisma: PrismaClient;
}

/**
 * `POST /api/v1/wc-auth/callback`: a store sends the keys that its owner approved. WooCommerce keeps them for a
 * response of exactly 200, and deletes them for any other; every problem gets the same response. The body is
 * never logged.
 */
export function authorizationRoutes({ authorizations, prisma }: AuthorizationRouteDeps) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    app.setErrorHandler(async (error, _request, reply) => {
      if (error instanceof DatabaseUnavailableError) return reply.code(503).send('Not now.');
      if (error instanceof Error && 'statusCode' in error && error.statusCode === 413)
        return reply.code(413).send('Too large.');
      throw error;
    });
    app.post(AUTHORIZATION_PATH, async (request, reply) => {
      const answer = readAnswer(request.body);
      const result = answer
        ? await authorizations.receive(answer, (orgId, personId) =>
            mayConnect(prisma, orgId, personId),
          )
        : 'refused';
      reply.type('text/plain');
      return result === 'connected'
        ? reply.code(200).send('ok')
        : reply.code(401).send('These keys are not expected.');
    });
    done();
  };
}

function readAnswer(body: unknown) {
  if (!Buffer.isBuffer(body)) return null;
  const parsed = bodySchema.safeParse(parseJson(body.toString('utf8')));
  if (!parsed.success) return null;
  const { user_id, consumer_key, consumer_secret } = parsed.data;
  return { nonce: user_id, consumerKey: consumer_key, consumerSecret: consumer_secret };
}

/** Undefined for invalid JSON; the parser's error would quote the body. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
