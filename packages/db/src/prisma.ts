import { PrismaPg } from '@prisma/adapter-pg';
import { codeOf } from './database-errors.ts';
import { PrismaClient, type Prisma } from './generated/prisma/client.ts';
import { silentLog, type Log } from './log.ts';
import { requireOrgId } from './org-id.ts';

export { Prisma, PrismaClient } from './generated/prisma/client.ts';

export interface PrismaOptions {
  url: string;
  /** Connections at most. */
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  log?: Log;
}

const transactionMaxWaitMs = 5_000;
const transactionTimeoutMs = 30_000;

/**
 * Prisma over a pool of its own, as the login role: for sign-in and members, whose tables no
 * application role may touch. Tables of one organisation are reached through withOrgPrisma.
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

/**
 * Runs `work` in one transaction as role mantis_app, which sees the rows of `orgId` alone.
 * @throws InvalidOrgIdError before any connection is taken, and Prisma's own errors.
 */
export async function withOrgPrisma<T>(
  prisma: PrismaClient,
  orgId: string,
  work: (transaction: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  requireOrgId(orgId);
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$queryRaw`
        select set_config('role', 'mantis_app', true),
               set_config('mantis.org_id', ${orgId}, true)`;
      return work(transaction);
    },
    { maxWait: transactionMaxWaitMs, timeout: transactionTimeoutMs },
  );
}
