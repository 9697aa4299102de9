import { randomBytes } from 'node:crypto';
import { rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, silentLog, type Log } from '@mantis-sync/db';
import { Client } from 'pg';
import { choosePort } from './choose-port.ts';
import { DataDirectoryInUseError, EmbeddedPostgresError, explainFailure } from './errors.ts';
import { placeWithinReach } from './place-within-reach.ts';
import { binariesIn, embeddedBinaries } from './postgres-binaries.ts';
import {
  clusterExists,
  findOwnServer,
  initialiseCluster,
  readOrUndefined,
  removeUnfinished,
  startCluster,
  stopCluster,
  type PostgresCluster,
  type StopMode,
} from './postgres-cluster.ts';

export interface EmbeddedPostgresOptions {
  /** Contains the data, the password and the log. Kept across restarts. */
  dataDir: string;
  /** Holds the data and a copy of the programs where root cannot make `dataDir` usable for PostgreSQL. */
  fallbackDir?: string;
  /** A fixed port. By default a free one is chosen and remembered; if it is taken later, another one is. */
  port?: number;
  /** The programs of an installed PostgreSQL; by default those of the npm package. */
  binDirectory?: string;
  /** Settings of postgresql.conf that override ours. */
  settings?: Record<string, string | number>;
  log?: Log;
}

export interface EmbeddedPostgres {
  /** Database `mantis` as its owner `mantis_sync`, who is not a superuser. Contains the password: never log it. */
  readonly url: string;
  /** Database `postgres` as the superuser. */
  readonly adminUrl: string;
  readonly port: number;
  /** Where the data is: the requested folder, or one below the fallback. */
  readonly dataDir: string;
  readonly majorVersion: number;
  /** For tests of failure: `immediate` is a crash, after which the server recovers. */
  restart(mode: StopMode): Promise<void>;
  /** Ends every session and the server; returns when no process is left. Safe to call twice. */
  stop(mode?: StopMode): Promise<void>;
}

export { DataDirectoryInUseError, EmbeddedPostgresError };

/** The process that owns a data directory holds this lock until it ends. */
const ownerLockKey = 1_296_125_523;
const defaultFallbackDir = '/var/lib/mantis-sync';
const startAttempts = 4;
const startRetryMs = 500;
const logRotationBytes = 10_000_000;

const defaultSettings: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 100,
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // A failed statement and its DETAIL line quote customers' data.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/**
 * Starts a PostgreSQL that listens only on 127.0.0.1, with the database `mantis`. A server that a killed
 * process left running is adopted; files that a killed server left are removed.
 *
 * @throws DataDirectoryInUseError when another running process owns `dataDir`
 * @throws EmbeddedPostgresError for every other reason
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    return await start({ ...options, dataDir });
  } catch (error) {
    throw explainFailure(error, dataDir);
  }
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = silentLog, fallbackDir = defaultFallbackDir } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const wanted = {
    binaries: options.binDirectory
      ? await binariesIn(options.binDirectory)
      : await embeddedBinaries(),
    dataDir: options.dataDir,
  };
  const { binaries, dataDir, runner } = await placeWithinReach(wanted, fallbackDir);
  await runner.own(dataDir);
  const logFile = join(dataDir, 'postgres.log');
  const cluster: PostgresCluster = {
    binaries,
    runner,
    directory: join(dataDir, 'cluster'),
    logFile,
  };
  const password = await readOrCreatePassword(cluster, join(dataDir, 'password'));
  await initialiseCluster(cluster, {
    passwordFile: join(dataDir, 'password'),
    sync: settings['fsync'] !== 'off',
  });
  await rotateLog(logFile);

  const adminUrlAt = (port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const portFile = join(dataDir, 'port');
  const port = await startOrAdopt(options.port);
  const adminUrl = adminUrlAt(port);
  let owner = await takeOwnership(adminUrl, dataDir);
  await removeUnfinished(cluster);
  await prepareDatabase(owner, password);
  let stopping: Promise<void> | undefined;

  /** Returns the port of the running server. */
  async function startOrAdopt(fixedPort: number | undefined): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const running = await findRunning(cluster, adminUrlAt);
      if (running !== undefined) {
        log.info({ port: running }, 'PostgreSQL was still running and is used again');
        return running;
      }
      const chosen = fixedPort ?? (await choosePort(portFile));
      try {
        await startCluster(cluster, { ...settings, port: chosen });
        log.info({ port: chosen, version: binaries.majorVersion }, 'PostgreSQL started');
        return chosen;
      } catch (error) {
        // The port was taken in between, a second process was first, or killed backends are not gone yet.
        if (attempt === startAttempts) throw error;
        log.warn({ attempt }, 'PostgreSQL did not start; trying again');
        await delay(startRetryMs);
      }
    }
  }

  return {
    url: `postgres://mantis_sync:${password}@127.0.0.1:${port}/mantis`,
    adminUrl,
    port,
    dataDir,
    majorVersion: binaries.majorVersion,
    async restart(mode) {
      await owner.end();
      await stopCluster(cluster, mode);
      await startOrAdopt(port);
      owner = await takeOwnership(adminUrl, dataDir);
    },
    stop(mode = 'fast') {
      stopping ??= owner.end().then(() => stopCluster(cluster, mode));
      return stopping;
    },
  };
}

/** Kept in a file that only the server's user can read; the first process to write it decides. */
async function readOrCreatePassword(cluster: PostgresCluster, path: string): Promise<string> {
  const existing = await readOrUndefined(path);
  if (existing) return existing;
  if (await clusterExists(cluster)) {
    throw new EmbeddedPostgresError(
      `${path} is missing, so the data beside it cannot be opened. Restore the file, or move the folder away to start with an empty database.`,
    );
  }
  const created = randomBytes(24).toString('base64url');
  try {
    await writeFile(path, created, { flag: 'wx', mode: 0o600 });
    await cluster.runner.own(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return (await readOrUndefined(path)) ?? created;
}

async function rotateLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > logRotationBytes) await rename(path, `${path}.old`);
}

/**
 * The port of a server that already runs on this data directory. One that is shutting down or does not
 * answer is stopped, and what a killed one left is removed.
 */
async function findRunning(
  cluster: PostgresCluster,
  adminUrlAt: (port: number) => string,
): Promise<number | undefined> {
  const port = (await findOwnServer(cluster))?.port ?? 0;
  if (port > 0 && (await servesDirectory(adminUrlAt(port), cluster.directory))) return port;
  await stopCluster(cluster, 'fast');
  return undefined;
}

async function servesDirectory(adminUrl: string, directory: string): Promise<boolean> {
  const client = createClient(adminUrl);
  try {
    await client.connect();
    const { rows } = await client.query(`select current_setting('data_directory') as directory`);
    return rows[0].directory === directory;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A session lock ends with this process, however it ends, so it cannot become stale. */
async function takeOwnership(adminUrl: string, dataDir: string): Promise<Client> {
  const client = createClient(adminUrl);
  await client.connect();
  const { rows } = await client.query('select pg_try_advisory_lock($1) as taken', [ownerLockKey]);
  if (rows[0].taken) return client;
  await client.end();
  throw new DataDirectoryInUseError(`Another process already runs PostgreSQL in ${dataDir}.`);
}

async function prepareDatabase(admin: Client, password: string): Promise<void> {
  const { rows } = await admin.query(
    `select exists (select from pg_roles where rolname = 'mantis_sync') as role,
            exists (select from pg_database where datname = 'mantis') as database`,
  );
  // createrole: the migrations make the two roles that transactions run as.
  if (!rows[0].role) await admin.query(`create role mantis_sync login createrole`);
  await admin.query(`alter role mantis_sync password '${password}'`);
  if (!rows[0].database) await admin.query('create database mantis owner mantis_sync');
}

function createClient(url: string): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'mantis-embedded-postgres',
    connectionTimeoutMillis: 5_000,
  });
  // The server may stop first; the next query reports it.
  client.on('error', () => {});
  return client;
}
