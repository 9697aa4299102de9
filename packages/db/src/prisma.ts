import { PrismaPg } from '@prisma/adapter-pg';
import { codeOf } from './database-errors.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { silentLog, type Log } from './log.ts';

export { type Prisma, PrismaClient } from './generated/prisma/client.ts';

export interface PrismaOptions {
  url: string;
  /** Maximum number of connections. */
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  log?: Log;
}

/**
 * Prisma with its own pool, as the login role: for sign-in and members, whose tables no application role may
 * access. Tenant tables are accessed only through `Database.withOrg`.
 */
export function createPrisma(options: PrismaOptions): PrismaClient {
  const { log = silentLog, statementTimeoutMs = 30_000 } = options;
  const adapter = new PrismaPg(
    {
      connectionString: options.url,
      max: options.max ?? 5,
      application_name: options.applicationName ?? 'mantis-prisma',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 5_000,
    },
    {
      schema: 'public',
      // Without these listeners, a server restart ends the process.
      onPoolError: (error) => log.warn({ code: codeOf(error) }, 'database connection lost'),
      onConnectionError: (error) => log.warn({ code: codeOf(error) }, 'database connection lost'),
    },
  );
  return new PrismaClient({ adapter });
}
