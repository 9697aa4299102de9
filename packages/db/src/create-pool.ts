import { Pool, type PoolConfig } from 'pg';
import { codeOf } from './database-errors.ts';
import { silentLog, type Log } from './log.ts';

export type { Pool };

export interface PoolOptions extends Pick<PoolConfig, 'types'> {
  url: string;
  /** Maximum number of connections; 10 unless given. */
  max?: number | undefined;
  applicationName?: string | undefined;
  /** How long a transaction may wait for a connection, from the pool or from the server, in milliseconds. */
  connectionTimeoutMs?: number | undefined;
  log?: Log | undefined;
}

/**
 * A pool whose connections may be lost at any time without ending the process: an `error` event without a
 * listener would end it.
 */
export function createPool(options: PoolOptions, config: PoolConfig = {}): Pool {
  const { log = silentLog } = options;
  const pool = new Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'mantis-sync',
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(options.types && { types: options.types }),
    ...config,
  });
  pool.on('error', (error) => log.warn({ code: codeOf(error) }, 'database connection lost'));
  // `pool.end` does not wait until connections are closed, and the pool reports no errors of these.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Connections of a pool. */
export interface PoolUse {
  /** At most. */
  max: number;
  inUse: number;
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

/** Current use of a pool. */
export function poolUse(pool: Pool): PoolUse {
  const { totalCount, idleCount, waitingCount } = pool;
  return {
    max: pool.options.max ?? totalCount,
    inUse: totalCount - idleCount,
    idle: idleCount,
    waiting: waitingCount,
  };
}
