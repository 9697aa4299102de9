import { setTimeout as delay } from 'node:timers/promises';
import { schemaVersionState, type Database, type ListenerState } from '@mantis-sync/db';
import { readWorkerHealth, type WorkerHealth } from '@mantis-sync/sync-core';

/** The state of a process and its dependencies. */
export interface Health {
  /** `degraded`: it serves, but the parts in `lacking` are missing. */
  status: 'ready' | 'degraded' | 'not ready';
  lacking: ('worker' | 'listener')[];
  database: 'ok' | 'unavailable';
  migrations: 'current' | 'behind' | 'ahead' | 'unknown';
  /** Age of the newest heartbeat. */
  worker: WorkerHealth | 'unknown';
  listener: ListenerState;
}

type DatabaseHealth = Pick<Health, 'migrations' | 'worker'>;

export interface HealthDeps {
  database: Database;
  live: { readonly state: ListenerState };
  /** A login that may read the applied migrations; `database` unless given. */
  migrationsUrl?: string;
  /** How long the state of the migrations is cached, in milliseconds: each read needs a connection. */
  migrationsCacheMs?: number;
}

/** How long a failure is cached, in milliseconds, so that callers do not add load during an outage. */
const FAILURE_CACHE_MS = 1_000;
/** A database that does not respond within this time counts as down, in milliseconds. */
const ANSWER_MS = 1_500;
const MIGRATIONS_CACHE_MS = 5_000;

/**
 * Reads the state of this process: it can serve if the database has this version's migrations. Without a
 * worker runs make no progress, and without the listener progress is shown later, but calls are answered.
 */
export function createHealth({
  database,
  live,
  migrationsUrl = database.url,
  migrationsCacheMs = MIGRATIONS_CACHE_MS,
}: HealthDeps): () => Promise<Health> {
  let known: { migrations: Health['migrations']; until: number } | undefined;
  let current: Promise<DatabaseHealth | null> | undefined;

  async function readMigrations(): Promise<Health['migrations']> {
    if (known && performance.now() < known.until) return known.migrations;
    const migrations = await schemaVersionState(migrationsUrl);
    known = { migrations, until: performance.now() + migrationsCacheMs };
    return migrations;
  }

  /** One shared read for concurrent callers; null if there was no response. */
  function shareDatabase(): Promise<DatabaseHealth | null> {
    current ??= within(ANSWER_MS, readDatabase()).then(
      (read) => {
        current = undefined;
        return read;
      },
      async () => {
        setTimeout(() => (current = undefined), FAILURE_CACHE_MS).unref();
        return null;
      },
    );
    return current;
  }

  async function readDatabase(): Promise<DatabaseHealth> {
    const migrations = await readMigrations();
    const worker =
      migrations === 'behind' ? 'unknown' : await database.withSystem(readWorkerHealth);
    return { migrations, worker };
  }

  return async function readHealth() {
    const listener = live.state;
    const read = await shareDatabase();
    const worker = read?.worker ?? 'unknown';
    const migrations = read?.migrations ?? 'unknown';
    const lacking: Health['lacking'] = [];
    if (worker !== 'unknown' && !worker.isAlive) lacking.push('worker');
    if (listener !== 'listening') lacking.push('listener');
    return {
      // Migrations only add, so a version keeps working with those of a later one during a rollout.
      status:
        migrations === 'behind' || migrations === 'unknown'
          ? 'not ready'
          : lacking.length > 0
            ? 'degraded'
            : 'ready',
      lacking,
      database: read ? 'ok' : 'unavailable',
      migrations,
      worker,
      listener,
    };
  };
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      answer,
      delay(ms, undefined, { signal: late.signal }).then(() => {
        throw new Error('no response in time');
      }),
    ]);
  } finally {
    answer.catch(() => undefined);
    late.abort();
  }
}
