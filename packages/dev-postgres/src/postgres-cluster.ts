import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { PostgresRunner } from './run-as-postgres.ts';

/** One data directory of PostgreSQL and the programs that work on it. */
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

/** Creates the data directory if there is none. Killed on the way, it leaves nothing that is taken for one. */
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
  // A second process may have been first: its directory is as good as ours.
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

/** Removes what first starts that were killed left behind. Only for the owner of the directory. */
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
  throw new Error(
    `${directory} holds data of PostgreSQL ${found}; this is PostgreSQL ${binaries.majorVersion}. Dump it with the old version, or move the folder away`,
  );
}

/** Starts the server with these settings and waits until it takes connections. */
export async function startCluster(
  cluster: PostgresCluster,
  settings: Record<string, string | number>,
): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  const path = join(cluster.directory, settingsFile);
  await writeFile(path, `${lines.join('\n')}\n`);
  await cluster.runner.own(path);
  // pg_ctl makes the server a process group of its own: Ctrl-C in our terminal does not reach it.
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
    throw new Error(`PostgreSQL did not start:\n${reasons.join('\n')}`, { cause });
  });
}

/**
 * Stops the server and waits until it is gone; one that does not end in time is made to. Of one that
 * was killed it removes postmaster.pid, whose process id may be anybody's by now.
 */
export async function stopCluster(cluster: PostgresCluster, mode: StopMode): Promise<void> {
  let failure: unknown;
  for (const how of new Set<StopMode>([mode, 'immediate'])) {
    if (!(await isRunning(cluster))) break;
    // It may also have been killed just now, and be gone although it could not be stopped.
    failure = await requestStop(cluster, how).catch((error: unknown) => error);
  }
  if (await isRunning(cluster)) throw failure;
  await rm(join(cluster.directory, 'postmaster.pid'), { force: true });
}

function requestStop({ runner, binaries, directory }: PostgresCluster, mode: StopMode) {
  const flags = [`--pgdata=${directory}`, `--mode=${mode}`, '--wait', '--timeout=20', '--silent'];
  return runner.run(binaries.pgCtl, ['stop', ...flags]);
}

async function isRunning(cluster: PostgresCluster): Promise<boolean> {
  const left = await readPidFile(cluster);
  return left !== undefined && isPostgres(left.pid);
}

/** Whether a living PostgreSQL has this process id; a zombie that nobody reaped does not count. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return /\(postgres\) [^ZX]/.test(status);
  }
  const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'stat=,comm=']).catch(
    () => ({ stdout: '' }),
  );
  return /^[^Z].*postgres/.test(stdout);
}

export interface PidFile {
  pid: number;
  port: number;
}

/** What the server, running or killed, left in postmaster.pid. */
export async function readPidFile({ directory }: PostgresCluster): Promise<PidFile | undefined> {
  const lines = (await readOrUndefined(join(directory, 'postmaster.pid')))?.split('\n');
  if (!lines?.[0]) return undefined;
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

export async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
