import { lineText } from '@mantis-sync/sync-core';
import { z } from 'zod';
import { ACCESS_LEVELS, ROLES } from '../auth/access.ts';
import { MIN_PASSWORD_LENGTH } from '../auth/hash-password.ts';

/** Input and output of `account`, `member` and `key`. */

/** The caller and the current organisation. */
export const meOutput = z.object({
  /** Null if an API key calls. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  /** Null if a person calls. */
  apiKey: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** Null for a person without an organisation. */
  organisation: z.object({ id: z.string(), name: z.string(), slug: z.string() }).nullable(),
  /** `owner`, `operator` or `viewer`; null for an API key or without an organisation. */
  role: z.string().nullable(),
  /** Access level in the organisation. */
  level: z.enum(ACCESS_LEVELS).nullable(),
});

export const nothing = z.object({});

export const organisationSchema = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  role: z.string(),
});
export const organisationsOutput = z.array(organisationSchema);
export const organisationInput = z.strictObject({ organisationId: z.uuid() });
export const createOrganisationInput = z.strictObject({
  name: lineText(200),
  slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$/),
});
export const invitationInput = z.strictObject({ invitationId: z.uuid() });

const personName = lineText(200);
/** The length limits of the sign-in library. */
const newPassword = z.string().min(MIN_PASSWORD_LENGTH).max(128);
const invitationToken = z
  .string()
  .regex(/^[\w-]{43}$/, 'Must be the secret of an invitation’s link');

export const signInOptionsOutput = z.object({
  /** Whether links can be sent by mail. */
  mail: z.boolean(),
  signUp: z.boolean(),
  newOrganisations: z.boolean(),
});
export const signInMethodsOutput = z.object({ hasPassword: z.boolean() });
export const setPasswordInput = z.strictObject({ newPassword });

export const invitationTokenInput = z.strictObject({ token: invitationToken });
export const invitationDetailsOutput = z.object({
  organisation: z.string(),
  role: z.string(),
  email: z.string(),
  expiresAt: z.date(),
  hasAccount: z.boolean(),
});
export const joinInput = z.strictObject({
  token: invitationToken,
  name: personName,
  password: newPassword,
});
export const joinOutput = z.object({ email: z.string() });
export const receivedInvitationsOutput = z.array(
  z.object({ id: z.string(), organisation: z.string(), role: z.string(), expiresAt: z.date() }),
);

export const sessionsOutput = z.array(
  z.object({
    id: z.string(),
    isCurrent: z.boolean(),
    createdAt: z.date(),
    expiresAt: z.date(),
    userAgent: z.string().nullable(),
  }),
);
export const sessionInput = z.strictObject({ sessionId: z.uuid() });
export const revokedOutput = z.object({ revoked: z.number() });

export const membersOutput = z.array(
  z.object({
    id: z.string(),
    userId: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.string(),
    createdAt: z.date(),
  }),
);
export const inviteInput = z.strictObject({
  email: z.email().max(254),
  role: z.enum(ROLES),
});
export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  expiresAt: z.date(),
});
export const sentInvitationSchema = invitationSchema.extend({
  /** The link to pass on; null if it was mailed. */
  link: z.string().nullable(),
});
export const invitationsOutput = z.array(invitationSchema);
export const memberInput = z.strictObject({ memberId: z.uuid() });
export const changeRoleInput = z.strictObject({ memberId: z.uuid(), role: z.enum(ROLES) });

export const logInput = z.strictObject({
  limit: z.int().min(1).max(200).default(50),
  /** Only entries older than this one. */
  before: z.int().positive().optional(),
});
export const logOutput = z.array(
  z.object({
    id: z.number(),
    at: z.date(),
    event: z.string(),
    message: z.string(),
    actor: z.object({
      type: z.enum(['user', 'api_key', 'cron', 'webhook', 'system']),
      id: z.string().nullable(),
      name: z.string().nullable(),
    }),
  }),
);

const keySchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  start: z.string().nullable(),
  scopes: z.array(z.enum(ACCESS_LEVELS)),
  createdAt: z.date(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
});
export const keysOutput = z.array(keySchema);
export const createKeyInput = z.strictObject({
  name: lineText(32),
  scopes: z.array(z.enum(ACCESS_LEVELS)).min(1).max(3),
  /** Without it the key does not expire. */
  expiresInDays: z.int().min(1).max(365).optional(),
});
/** The key is returned only here. */
export const createKeyOutput = z.object({ key: z.string(), view: keySchema });
export const keyInput = z.strictObject({ keyId: z.uuid() });
