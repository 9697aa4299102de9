import { PrismaPg } from '@prisma/adapter-pg';
import { createPool } from './create-pool.ts';
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
  const pool = createPool(
    { max: 5, applicationName: 'mantis-prisma', ...options },
    {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 5_000,
      // A temporary table would hide one of ours unless its schema comes last.
      onConnect: async (client) => void (await client.query('set search_path = public, pg_temp')),
    },
  );
  const adapter = new PrismaPg(pool, {
    schema: 'public',
    disposeExternalPool: true,
    // Without this listener, a server restart ends the process.
    onConnectionError: (error) => log.warn({ code: codeOf(error) }, 'database connection lost'),
  });
  return new PrismaClient({ adapter });
}
