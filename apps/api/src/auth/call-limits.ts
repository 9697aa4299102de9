import type { Database, Sql } from '@mantis-sync/db';

export type CallKind = 'call' | 'start';

/** Limits of an organisation, a minute. */
export type CallLimits = Record<CallKind, number>;

/** An organisation called too often. */
export class TooManyCallsError extends Error {
  override readonly name = 'TooManyCallsError';
  /** Seconds until it may call again. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many calls in this minute');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface CallCounter {
  /** @throws TooManyCallsError */
  count(orgId: string, kind: CallKind): Promise<void>;
}

/** Calls that are taken from the database at once: one write for so many reads. */
const BLOCK: CallLimits = { call: 20, start: 1 };
const MINUTE_MS = 60_000;

interface Allowance {
  minute: number;
  left: number;
  isSpent: boolean;
}

/**
 * Counts an organisation's calls by the minute, in PostgreSQL, so that the limit holds over all processes
 * (each may go over it by a block).
 *
 * @param clock epoch milliseconds
 */
export function createCallCounter(
  database: Database,
  limits: CallLimits,
  clock: () => number = Date.now,
): CallCounter {
  const allowances = new Map<string, Allowance>();

  async function take(orgId: string, kind: CallKind, minute: number): Promise<Allowance> {
    const block = BLOCK[kind];
    const total = await database.withOrg(orgId, (sql) =>
      addCalls(sql, { orgId, kind, minute, block }),
    );
    const isSpent = total - block >= limits[kind];
    return { minute, left: isSpent ? 0 : Math.min(block, limits[kind] - (total - block)), isSpent };
  }

  return {
    async count(orgId, kind) {
      const now = clock();
      const minute = Math.floor(now / MINUTE_MS);
      const key = `${kind} ${orgId}`;
      let allowance = allowances.get(key);
      if (allowance?.minute !== minute || (allowance.left === 0 && !allowance.isSpent)) {
        allowance = await take(orgId, kind, minute);
        allowances.set(key, allowance);
      }
      if (allowance.left === 0)
        throw new TooManyCallsError(Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000));
      allowance.left -= 1;
    },
  };
}

async function addCalls(
  sql: Sql,
  call: { orgId: string; kind: CallKind; minute: number; block: number },
): Promise<number> {
  const at = new Date(call.minute * MINUTE_MS);
  const { rows } = await sql.query<{ count: number }>(
    `insert into api_call_count as known (org_id, minute, kind, count) values ($1, $2, $3, $4)
     on conflict (org_id, minute, kind) do update set count = known.count + excluded.count
     returning count`,
    [call.orgId, at, call.kind, call.block],
  );
  const total = rows[0]?.count ?? call.block;
  // The first of a minute sweeps up.
  if (total === call.block)
    await sql.query(
      "delete from api_call_count where minute < $1::timestamptz - interval '1 hour'",
      [at],
    );
  return total;
}
