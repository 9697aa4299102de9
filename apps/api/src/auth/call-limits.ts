import type { Database, Sql } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';

/** Limited kinds of calls of an organisation: any call, starting a run, testing a connection. */
export type CallKind = 'call' | 'start' | 'trial';

/** Limits per minute: by organisation and kind, and by person for all calls. */
export type CallLimits = Record<CallKind | 'person', number>;

/** An organisation or person exceeded its limit. */
export class TooManyCallsError extends Error {
  override readonly name = 'TooManyCallsError';
  /** Seconds until the next call is allowed. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many calls within one minute');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface CallCounter {
  /** @throws TooManyCallsError */
  count(orgId: string, kind: CallKind): Promise<void>;
  /** Counts a call of a person in any organisation. @throws TooManyCallsError */
  countPerson(userId: string): Promise<void>;
}

/** Calls reserved from the database at a time: one write for this many reads. */
const BLOCK: CallLimits = { call: 20, start: 1, trial: 1, person: 20 };
const MINUTE_MS = 60_000;

interface Allowance {
  minute: number;
  left: number;
  isSpent: boolean;
}

/**
 * Counts calls per minute in PostgreSQL, so that the limit applies across processes (each may exceed it by one
 * block).
 *
 * @param clock epoch milliseconds
 */
export function createCallCounter(
  { database, prisma }: { database: Database; prisma: PrismaClient },
  limits: CallLimits,
  clock: () => number = Date.now,
): CallCounter {
  const allowances = new Map<string, Allowance>();

  /** @param add adds a block to the count of a minute, and returns the sum */
  async function spend(
    subject: string,
    kind: keyof CallLimits,
    add: (at: Date, block: number) => Promise<number>,
  ): Promise<void> {
    const now = clock();
    const minute = Math.floor(now / MINUTE_MS);
    const key = `${kind} ${subject}`;
    let allowance = allowances.get(key);
    if (allowance?.minute !== minute || (allowance.left === 0 && !allowance.isSpent)) {
      const block = BLOCK[kind];
      const before = (await add(new Date(minute * MINUTE_MS), block)) - block;
      const left = Math.max(0, Math.min(block, limits[kind] - before));
      allowance = { minute, left, isSpent: left === 0 };
      allowances.set(key, allowance);
    }
    if (allowance.left === 0)
      throw new TooManyCallsError(Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000));
    allowance.left -= 1;
  }

  return {
    count: (orgId, kind) =>
      spend(orgId, kind, (at, block) =>
        database.withOrg(orgId, (sql) => addCalls(sql, { orgId, kind, at, block })),
      ),
    countPerson: (userId) =>
      spend(userId, 'person', (at, block) => addPersonCalls(prisma, { userId, at, block })),
  };
}

async function addPersonCalls(
  prisma: PrismaClient,
  { userId, at, block }: { userId: string; at: Date; block: number },
): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    insert into auth_usage as known (kind, subject, period, count)
    values ('person_call', ${userId}, ${at}, ${block})
    on conflict (kind, subject, period) do update set count = known.count + excluded.count
    returning count`;
  return row?.count ?? block;
}

async function addCalls(
  sql: Sql,
  { orgId, kind, at, block }: { orgId: string; kind: CallKind; at: Date; block: number },
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `insert into api_call_count as known (org_id, minute, kind, count) values ($1, $2, $3, $4)
     on conflict (org_id, minute, kind) do update set count = known.count + excluded.count
     returning count`,
    [orgId, at, kind, block],
  );
  const total = rows[0]?.count ?? block;
  // The first call in each minute deletes expired counters.
  if (total === block)
    await sql.query(
      "delete from api_call_count where minute < $1::timestamptz - interval '1 hour'",
      [at],
    );
  return total;
}
