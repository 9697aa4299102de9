import type { PrismaClient } from '@mantis-sync/db/prisma';
import { lineText } from '@mantis-sync/sync-core';
import { APIError } from 'better-auth/api';
import { z } from 'zod';

/** Passkeys of one person. */
const MAX_PASSKEYS = 20;

/** @throws APIError if the person has the maximum number of passkeys */
export async function requireRoomForPasskey(prisma: PrismaClient, userId: string): Promise<void> {
  if ((await prisma.passkey.count({ where: { userId } })) < MAX_PASSKEYS) return;
  throw new APIError('BAD_REQUEST', {
    code: 'TOO_MANY_PASSKEYS',
    message: `You have ${MAX_PASSKEYS} passkeys, and cannot add more. Remove one first.`,
  });
}

const name = lineText(200);
/** A credential as browsers write it (WebAuthn, `toJSON`). Texts are longer nowhere. */
const credential = z.object({
  id: z.string().regex(/^[\w-]{1,2000}$/),
  rawId: z.string().regex(/^[\w-]{1,2000}$/),
  type: z.literal('public-key'),
  response: z.record(z.string().max(100), z.unknown()),
  clientExtensionResults: z.record(z.string().max(100), z.unknown()).default({}),
  authenticatorAttachment: z.string().max(40).nullish(),
});

/** What the library is given for each of its paths; it checks little itself. */
export const passkeyForms = {
  '/passkey/verify-registration': z.object({ response: credential, name }),
  '/passkey/verify-authentication': z.object({ response: credential }),
  '/passkey/update-passkey': z.object({ id: z.uuid(), name }),
  '/passkey/delete-passkey': z.object({ id: z.uuid() }),
} satisfies Record<string, z.ZodType<object>>;
