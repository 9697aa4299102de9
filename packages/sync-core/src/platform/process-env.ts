import { z } from 'zod';

const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be a postgresql:// address',
});

/** Variables of the API and of workers. */
export const SHARED_ENV = {
  DATABASE_URL: postgresUrl,
  /** A login for tenant data only; DATABASE_URL unless given. */
  TENANT_DATABASE_URL: postgresUrl.optional(),
  /** Encrypts the keys of stores: `id:base64,…`; the first one encrypts. */
  MANTIS_SECRET_KEYS: z.string({ error: 'is missing: the keys that encrypt the stores’ secrets' }),
  /** Address of the API for browsers; cookies are secure if it is https. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Address at which stores reach the API; PUBLIC_URL unless given. */
  MANTIS_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Stores' hosts on private networks, separated by commas. */
  MANTIS_ALLOW_STORE_HOSTS: z.string().default(''),
  /** A PEM file of certificate authorities trusted for stores besides the public ones. */
  MANTIS_STORE_CA_FILE: z.string().optional(),
  /** Such as `smtps://user:password@mail.example.com`; with MANTIS_MAIL_FROM. */
  MANTIS_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MANTIS_MAIL_FROM: z.string().min(3).optional(),
  MANTIS_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** See `armFailpoint`; only used if NODE_ENV is `test`. */
  MANTIS_FAILPOINT: z.string().optional(),
};

/** The parsed variables of both. */
export interface SharedEnv {
  databaseUrl: string;
  tenantDatabaseUrl: string;
  allowStoreHosts: string[];
  storeCaFile: string | undefined;
  /** Null: no mail is sent. */
  smtp: { url: string; from: string } | null;
  /** Retention in days for organisations without a setting. */
  retentionDays: number;
  /** The failpoint of a test; null outside tests. */
  failpoint: string | null;
}

export function readSharedEnv(
  env: z.output<z.ZodObject<typeof SHARED_ENV>> & { NODE_ENV?: string | undefined },
): SharedEnv {
  const { MANTIS_SMTP_URL: url, MANTIS_MAIL_FROM: from } = env;
  return {
    databaseUrl: env.DATABASE_URL,
    tenantDatabaseUrl: env.TENANT_DATABASE_URL ?? env.DATABASE_URL,
    allowStoreHosts: env.MANTIS_ALLOW_STORE_HOSTS.split(',')
      .map((host) => host.trim())
      .filter(Boolean),
    storeCaFile: env.MANTIS_STORE_CA_FILE,
    smtp: url !== undefined && from !== undefined ? { url, from } : null,
    retentionDays: env.MANTIS_RETENTION_DAYS,
    failpoint: env.NODE_ENV === 'test' ? (env.MANTIS_FAILPOINT ?? null) : null,
  };
}

/** Without empty variables, which count as not set: compose files pass unset variables in this way. */
export function withoutEmpty(
  variables: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== ''));
}
