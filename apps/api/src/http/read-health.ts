import { setTimeout as delay } from 'node:timers/promises';
import { schemaVersionState, type Database, type ListenerState } from '@mantis-sync/db';
import { readWorkerHealth, type WorkerHealth } from '@mantis-sync/sync-core';

/** How a process and what it leans on are. */
export interface Health {
  /** `degraded`: it serves, but what `lacking` names is not there. */
  status: 'ready' | 'degraded' | 'not ready';
  lacking: ('worker' | 'listener')[];
  database: 'ok' | 'unavailable';
  migrations: 'current' | 'behind' | 'ahead' | 'unknown';
  /** Of the worker that said last that it lives. */
  worker: WorkerHealth | 'unknown';
  listener: ListenerState;
}

type DatabaseHealth = Pick<Health, 'migrations' | 'worker'>;

export interface HealthDeps {
  database: Database;
  live: { readonly state: ListenerState };
  /** By a login that may read which migrations were applied; that of `database` unless given. */
  migrationsUrl?: string;
  /** How long an answer about the migrations is kept, in milliseconds: each costs a connection. */
  migrationsCacheMs?: number;
}

/** How long a failure is kept, so that callers during an outage do not add to it, in milliseconds. */
const FAILURE_CACHE_MS = 1_000;
/** A database that does not answer in this time counts as gone, in milliseconds. */
const ANSWER_MS = 1_500;
const MIGRATIONS_CACHE_MS = 5_000;

/**
 * Reads how this process is: it can serve with the database and the migrations of this version. Without a
 * worker runs stand still, and without the listener progress is shown later, but calls are answered.
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

  /** One reading for all who ask meanwhile; null where there was no answer. */
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
      // Migrations only add, so a version goes on serving on those of a later one while that is rolled out.
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
        throw new Error('no answer in time');
      }),
    ]);
  } finally {
    answer.catch(() => undefined);
    late.abort();
  }
}
