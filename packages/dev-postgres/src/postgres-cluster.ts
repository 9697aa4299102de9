import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError, oneLine } from './errors.ts';
import { identifyProcess } from './identify-process.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresRunner } from './run-as-postgres.ts';

/** A data directory of PostgreSQL and the programs that use it. */
export interface PostgresCluster {
  binaries: PostgresBinaries;
  runner: PostgresRunner;
  /** PGDATA. */
  directory: string;
  logFile: string;
}

/** How to stop: `fast` ends sessions and writes a checkpoint; `immediate` is a crash. */
export type StopMode = 'fast' | 'immediate';

const settingsFile = 'mantis.conf';

/** Creates the data directory if there is none. If it is killed in the middle, the incomplete result is not used. */
export async function initialiseCluster(
  cluster: PostgresCluster,
  options: { passwordFile: string; sync: boolean },
): Promise<void> {
  const { binaries, runner, directory } = cluster;
  if (await clusterExists(cluster)) return requireVersion(cluster);

  const unfinished = join(
    dirname(directory),
    `${basename(directory)}.${randomBytes(4).toString('hex')}.new`,
  );
  await runner.run(binaries.initdb, [
    `--pgdata=${unfinished}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${options.passwordFile}`,
    '--encoding=UTF8',
    ...localeFlags(binaries.majorVersion),
    ...(options.sync ? [] : ['--no-sync']),
  ]);
  await writeFile(join(unfinished, 'postgresql.conf'), `\ninclude '${settingsFile}'\n`, {
    flag: 'a',
  });
  // Another process may have been faster: its directory is as good as ours.
  await rename(unfinished, directory).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
    return rm(unfinished, { recursive: true, force: true });
  });
}

/** Order by code point, upper and lower case of all of Unicode, the same on every system. */
function localeFlags(majorVersion: number): string[] {
  if (majorVersion < 17) return ['--locale=C.UTF-8'];
  return ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
}

/** Removes what killed first starts left behind. Only for the owner of the directory. */
export async function removeUnfinished({ directory }: PostgresCluster): Promise<void> {
  const prefix = `${basename(directory)}.`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(prefix) || !name.endsWith('.new')) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

export async function clusterExists({ directory }: PostgresCluster): Promise<boolean> {
  return (await readOrUndefined(join(directory, 'PG_VERSION'))) !== undefined;
}

async function requireVersion({ binaries, directory }: PostgresCluster): Promise<void> {
  const found = Number(await readOrUndefined(join(directory, 'PG_VERSION')));
  if (found === binaries.majorVersion) return;
  throw new EmbeddedPostgresError(
    `${directory} holds data of PostgreSQL ${found}; this is PostgreSQL ${binaries.majorVersion}. Dump it with the old version, or move the folder away.`,
  );
}

/** Starts the server with these settings and waits until it accepts connections. */
export async function startCluster(
  cluster: PostgresCluster,
  settings: Record<string, string | number>,
): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  const path = join(cluster.directory, settingsFile);
  await writeFile(path, `${lines.join('\n')}\n`);
  await cluster.runner.own(path);
  // pg_ctl puts the server into its own process group, so Ctrl-C in our terminal does not reach it.
  const start = cluster.runner.run(cluster.binaries.pgCtl, [
    'start',
    `--pgdata=${cluster.directory}`,
    `--log=${cluster.logFile}`,
    '--wait',
    '--timeout=60',
    '--silent',
  ]);
  await start.catch(async (cause: unknown) => {
    const reasons = (await readOrUndefined(cluster.logFile))?.trim().split('\n').slice(-5) ?? [];
    throw new Error(oneLine(reasons.join('\n')), { cause });
  });
}

/**
 * Stops the server and waits until it is gone, by force if it does not stop in time. Removes the
 * postmaster.pid of one that was killed, whose process id may belong to any process by now.
 */
export async function stopCluster(cluster: PostgresCluster, mode: StopMode): Promise<void> {
  let failure: unknown;
  for (const how of new Set<StopMode>([mode, 'immediate'])) {
    if (!(await findOwnServer(cluster))) break;
    // It may also have been killed just now, and be gone although it could not be stopped.
    failure = await requestStop(cluster, how).catch((error: unknown) => error);
  }
  if (await findOwnServer(cluster)) throw failure;
  await rm(pidFileOf(cluster), { force: true });
}

/** Sends a signal to the process named in postmaster.pid: only after `findOwnServer` has proven that it is ours. */
function requestStop({ runner, binaries, directory }: PostgresCluster, mode: StopMode) {
  const flags = [`--pgdata=${directory}`, `--mode=${mode}`, '--wait', '--timeout=20', '--silent'];
  return runner.run(binaries.pgCtl, ['stop', ...flags]);
}

/**
 * The running server of this data directory, by its postmaster.pid. A stale file whose process id now
 * belongs to another process, even to another PostgreSQL, names no server.
 *
 * @throws EmbeddedPostgresError if it cannot be determined whose process it is
 */
export async function findOwnServer(
  cluster: PostgresCluster,
): Promise<{ port: number } | undefined> {
  const lines = (await readOrUndefined(pidFileOf(cluster)))?.split('\n');
  if (!lines?.[0]) return undefined;
  const pid = Number(lines[0]);
  const owner = await identifyProcess({
    pid,
    directory: cluster.directory,
    startedAt: Number(lines[2]),
  });
  if (owner === 'unknown') {
    throw new EmbeddedPostgresError(
      `${pidFileOf(cluster)} names process ${pid}, which may be another PostgreSQL. If none runs on this folder, delete that file.`,
    );
  }
  return owner === 'ours' ? { port: Number(lines[3]) } : undefined;
}

const pidFileOf = ({ directory }: PostgresCluster) => join(directory, 'postmaster.pid');

export async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
