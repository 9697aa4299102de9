import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { backoffMs } from './backoff.ts';
import { createPool, poolUse, type PoolUse } from './create-pool.ts';
import {
  DatabaseUnavailableError,
  TransactionAbortedError,
  TransactionOverError,
  isConnectionFailure,
  isRetryable,
  spoilsSession,
  withoutRowValues,
} from './database-errors.ts';
import type { Log } from './log.ts';
import { requireOrgId } from './org-id.ts';
import { typeParsers } from './type-parsers.ts';

/** A statement prepared once per connection, under its name. */
export interface NamedStatement {
  name: string;
  text: string;
  values?: readonly unknown[];
}

/** An open transaction. Values are passed as `$n` only; bigint is returned as number, timestamptz as Date. */
export interface Sql {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row's shape
  query<Row extends object = Record<string, unknown>>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number }>;
}

export interface TransactionOptions {
  /**
   * `flushed` (the default): the commit is on disk before withOrg returns. `deferred`: it may be lost if the
   * server
   * crashes shortly afterwards; only for work that can be repeated.
   */
  durability?: 'flushed' | 'deferred';
}

export interface Database {
  /**
   * Runs `work` in one transaction as role mantis_app, which sees only the rows of `orgId`.
   * After a deadlock or serialization failure the whole work runs again, so it must have no effect
   * outside the transaction.
   * @throws InvalidOrgIdError before any connection is taken; DatabaseUnavailableError;
   *   pg's DatabaseError (with `code`, without row values) for anything the statements did wrong.
   */
  withOrg<T>(
    orgId: string,
    work: (sql: Sql) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Like withOrg, but as role mantis_system: reads across organisations, for the sweep. */
  withSystem<T>(work: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Like withOrg, but as role mantis_retention: reads and removes the organisation's expired rows. */
  withRetention<T>(orgId: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** @throws DatabaseUnavailableError if the server does not respond or accepts no writes. */
  ping(): Promise<void>;
  /** Waits for running transactions, then closes every connection. Safe to call twice. */
  close(): Promise<void>;
  /** Current use of the pool. */
  poolUse(): PoolUse;
  /** The connection string, password included: never log it. */
  readonly url: string;
}

export interface DatabaseOptions {
  url: string;
  /** Maximum number of connections. */
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  /** Timeout of a response by our own clock; a dead network causes no error at all. */
  replyTimeoutMs?: number;
  lockTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
  /** How long a transaction may wait for a connection, from the pool or from the server. */
  connectionTimeoutMs?: number;
  log?: Log;
  /** 0 to 1; spreads the retries of deadlocked transactions. */
  random?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
}

const maxRetries = 5;
const retryBaseMs = 10;

/** A pool that provides connections only within a transaction with a role. */
export function createDatabase(options: DatabaseOptions): Database {
  const { url, random = Math.random, sleep = delay } = options;
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = createPool(
    { ...options, types: typeParsers },
    {
      statement_timeout: statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 30_000,
      query_timeout: options.replyTimeoutMs ?? statementTimeoutMs + 5_000,
    },
  );
  let closing: Promise<void> | undefined;

  async function transact<T>(opening: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runTransaction(pool, opening, work);
      } catch (error) {
        if (attempt > maxRetries || !isRetryable(error)) throw error;
        await sleep(backoffMs({ firstMs: 2 * retryBaseMs, jitter: 1 }, attempt, random));
      }
    }
  }

  return {
    url,
    async withOrg(orgId, work, transaction = {}) {
      requireOrgId(orgId);
      return transact(openingFor('mantis_app', orgId, transaction), work);
    },
    withSystem: (work, transaction = {}) =>
      transact(openingFor('mantis_system', undefined, transaction), work),
    async withRetention(orgId, work) {
      requireOrgId(orgId);
      return transact(openingFor('mantis_retention', orgId, {}), work);
    },
    async ping() {
      try {
        const { rows } = await pool.query<{ isReadOnly: boolean }>(
          `select current_setting('transaction_read_only')::boolean as "isReadOnly"`,
        );
        if (rows[0]?.isReadOnly) throw Object.assign(new Error('read-only'), { code: '25006' });
      } catch (error) {
        throw isConnectionFailure(error) ? new DatabaseUnavailableError(error) : error;
      }
    },
    poolUse: () => poolUse(pool),
    close: () => (closing ??= pool.end()),
  };
}

/** One round trip: opens the transaction and sets the role. `orgId` must be a validated uuid. */
function openingFor(role: string, orgId: string | undefined, options: TransactionOptions): string {
  const settings = [
    `set_config('role', '${role}', true)`,
    // "$user" would search a schema named like the login role first, and a temporary table would hide one of
    // ours unless its schema comes last.
    `set_config('search_path', 'public, pg_temp', true)`,
  ];
  if (orgId) settings.push(`set_config('mantis.org_id', '${orgId}', true)`);
  if (options.durability === 'deferred') {
    settings.push(`set_config('synchronous_commit', 'off', true)`);
  }
  return `begin; select ${settings.join(', ')}`;
}

async function runTransaction<T>(
  pool: Pool,
  opening: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const session = createSession(await connect(pool));
  try {
    await session.send(opening);
    const result = await work(session.sql);
    await session.commit();
    return result;
  } catch (error) {
    await session.rollback();
    throw error;
  } finally {
    session.release();
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw isConnectionFailure(error) ? new DatabaseUnavailableError(error) : error;
  }
}

/** One transaction's use of a client: translates errors and records whether the client is still usable. */
function createSession(client: PoolClient) {
  let over = false;
  let spoiled = false;
  let firstFailure: unknown;

  // A session terminated between two statements reports it only here.
  const onClientError = (error: Error) => {
    spoiled = true;
    firstFailure ??= error;
  };
  client.on('error', onClientError);

  async function send(statement: string | NamedStatement, values?: readonly unknown[]) {
    try {
      return typeof statement === 'string'
        ? await client.query(statement, values as unknown[] | undefined)
        : await client.query({ ...statement, values: statement.values as unknown[] });
    } catch (error) {
      // A terminated session rejects later statements with "not queryable": the first error has the reason.
      const origin = spoiled && isConnectionFailure(error) ? (firstFailure ?? error) : error;
      firstFailure ??= error;
      spoiled ||= spoilsSession(error);
      throw isConnectionFailure(error)
        ? new DatabaseUnavailableError(origin)
        : withoutRowValues(error);
    }
  }

  const sql: Sql = {
    async query(statement, values) {
      if (over) throw new TransactionOverError();
      const result = await send(statement, values);
      return { rows: result.rows as never[], rowCount: result.rowCount ?? 0 };
    },
  };

  return {
    sql,
    send,
    async commit() {
      over = true;
      try {
        // After a failed statement PostgreSQL confirms COMMIT with the tag ROLLBACK.
        const { command } = await send('commit');
        if (command === 'ROLLBACK') throw new TransactionAbortedError(firstFailure);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        throw new DatabaseUnavailableError(error.cause, { commitUnknown: true });
      }
    },
    async rollback() {
      over = true;
      if (spoiled) return;
      await send('rollback').catch(() => {
        spoiled = true;
      });
    },
    release() {
      client.off('error', onClientError);
      client.release(spoiled);
    },
  };
}
