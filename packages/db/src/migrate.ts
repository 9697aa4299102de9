import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError as ServerError } from 'pg';
import { DatabaseUnavailableError, codeOf, isConnectionFailure } from './database-errors.ts';
import { silentLog, type Log } from './log.ts';
import { matchesChecksum, readMigrationFiles, type MigrationFile } from './migration-files.ts';
import { MigrationError, planMigrations, type MigrationRecord } from './migration-plan.ts';

export interface MigrateOptions {
  url: string;
  /** A folder in Prisma's layout; the repository's own by default. */
  directory?: string;
  /** How long to wait while another process migrates. */
  advisoryLockTimeoutMs?: number;
  /** How long one statement may wait for a table lock, and so block others behind it. */
  lockTimeoutMs?: number;
  log?: Log;
}

/** The lock of `prisma migrate` (schema-engine, sql_schema_connector): the two never run concurrently. */
const advisoryLockKey = 72_707_369;
const oldestServerVersion = 150_000;
const lockAttempts = 10;
const lockRetryMs = 1_000;

/** The table as Prisma creates it, so that `prisma migrate status` and `deploy` work. */
const createRecordsTable = `
  create table if not exists _prisma_migrations (
    id                  varchar(36) primary key not null,
    checksum            varchar(64) not null,
    finished_at         timestamptz,
    migration_name      varchar(255) not null,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

/**
 * Applies missing migrations, each in one transaction with its record: after a crash it resumes where it
 * stopped. Safe to repeat, and to run in several processes concurrently.
 * @returns the names of the applied migrations, in order.
 * @throws MigrationError, DatabaseUnavailableError
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { url, directory, advisoryLockTimeoutMs = 60_000, log = silentLog } = options;
  const files = await readMigrationFiles(directory);
  return withClient(url, async (client) => {
    await requireSupportedServer(client);
    await takeAdvisoryLock(client, advisoryLockTimeoutMs);
    await client.query(createRecordsTable);
    const pending = planMigrations(files, await readRecords(client));
    for (const file of pending) {
      await applyWhenUnlocked(client, file, options);
      log.info({ migration: file.name }, 'migration applied');
    }
    return { applied: pending.map((file) => file.name) };
  });
}

/**
 * Compares the database with this version's migrations: `behind` lacks some (or has another text of
 * one), `ahead` has ones that this version does not know.
 * @throws DatabaseUnavailableError
 */
export async function schemaVersionState(
  url: string,
  options: { directory?: string } = {},
): Promise<'current' | 'behind' | 'ahead'> {
  const files = await readMigrationFiles(options.directory);
  return withClient(url, async (client) => {
    const exists = await client.query(`select to_regclass('_prisma_migrations') as name`);
    const records = exists.rows[0]?.name ? await readRecords(client) : [];
    const finished = new Map(
      records.filter((row) => row.finished_at).map((row) => [row.migration_name, row.checksum]),
    );
    const isApplied = (file: MigrationFile) =>
      matchesChecksum(file, finished.get(file.name) ?? 'not applied');
    if (!files.every(isApplied)) return 'behind';
    return finished.size > files.length ? 'ahead' : 'current';
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  let client: Client | undefined;
  try {
    client = new Client({
      connectionString: url,
      application_name: 'mantis-migrate',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // The failed statement rejects as well; without a listener the event would end the process.
    client.on('error', () => {});
    await client.connect();
    // A login role named like one of our schemas would otherwise get the tables into that schema.
    await client.query('set search_path = public');
    return await work(client);
  } catch (error) {
    throw isConnectionFailure(error) ? new DatabaseUnavailableError(error) : error;
  } finally {
    // Ends the session, and with it the advisory lock.
    await client?.end().catch(() => {});
  }
}

async function requireSupportedServer(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  if (rows[0].number >= oldestServerVersion) return;
  throw new MigrationError(
    'server-too-old',
    `PostgreSQL 15 or newer is required; this server is ${rows[0].name}`,
  );
}

async function takeAdvisoryLock(client: Client, timeoutMs: number): Promise<void> {
  try {
    await client.query(`select set_config('lock_timeout', $1, false)`, [String(timeoutMs)]);
    await client.query('select pg_advisory_lock($1)', [advisoryLockKey]);
  } catch (error) {
    if (codeOf(error) !== '55P03') throw error;
    throw new MigrationError('locked', 'Another process is migrating this database', {
      cause: error,
    });
  }
}

async function readRecords(client: Client): Promise<MigrationRecord[]> {
  const { rows } = await client.query<MigrationRecord>(
    `select migration_name, checksum, finished_at
     from _prisma_migrations where rolled_back_at is null order by migration_name`,
  );
  return rows;
}

/** If a table is locked, the migration rolls back and retries, so that others do not wait behind it. */
async function applyWhenUnlocked(
  client: Client,
  file: MigrationFile,
  { lockTimeoutMs = 2_000, log = silentLog }: MigrateOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply(client, file, lockTimeoutMs);
    } catch (error) {
      if (isConnectionFailure(error)) throw error;
      await client.query('rollback');
      if (codeOf(error) !== '55P03' || attempt === lockAttempts) throw failure(file, error);
      log.warn({ migration: file.name, attempt }, 'migration is waiting for a table lock');
      await delay(lockRetryMs);
    }
  }
}

async function apply(client: Client, file: MigrationFile, lockTimeoutMs: number): Promise<void> {
  await client.query('begin');
  await client.query(`select set_config('lock_timeout', $1, true)`, [String(lockTimeoutMs)]);
  await client.query(file.sql);
  await client.query(
    `insert into _prisma_migrations
       (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     values ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), file.checksum, file.name],
  );
  await client.query('commit');
}

function failure(file: MigrationFile, error: unknown): MigrationError {
  const position = error instanceof ServerError ? Number(error.position) : Number.NaN;
  const line = position > 0 ? `:${file.sql.slice(0, position).split('\n').length}` : '';
  const reason = error instanceof Error ? error.message : String(error);
  return new MigrationError('failed', `Migration ${file.path}${line} failed: ${reason}`, {
    migration: file.name,
    cause: error,
  });
}
