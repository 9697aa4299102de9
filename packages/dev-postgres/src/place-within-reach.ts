import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';
import { binariesIn, type PostgresBinaries } from './postgres-binaries.ts';
import { createPostgresRunner, type PostgresRunner } from './run-as-postgres.ts';

/** The programs and the data of one server, and who runs them. */
export interface Place {
  binaries: PostgresBinaries;
  dataDir: string;
  runner: PostgresRunner;
}

/**
 * The wanted place or, where the user that PostgreSQL runs as cannot reach it, one below `fallbackDir`:
 * with a copy of the programs, and always the same for the same `dataDir`.
 *
 * @throws EmbeddedPostgresError if that user can reach neither
 */
export async function placeWithinReach(
  wanted: Omit<Place, 'runner'>,
  fallbackDir: string,
): Promise<Place> {
  await mkdir(wanted.dataDir, { recursive: true, mode: 0o700 });
  const runner = await createPostgresRunner(pathsOf(wanted));
  if (runner) return { ...wanted, runner };

  const folder = join(fallbackDir, shortHash(wanted.dataDir));
  const dataDir = join(folder, 'data');
  try {
    await mkdir(folder, { recursive: true });
    // Whatever our umask is.
    await chmod(fallbackDir, 0o755);
    await chmod(folder, 0o755);
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const binaries = await copyPrograms(wanted.binaries, folder);
    const fallback = await createPostgresRunner(pathsOf({ binaries, dataDir }));
    if (fallback) return { binaries, dataDir, runner: fallback };
    throw new Error(`The user "postgres" cannot enter ${folder}.`);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and the user "postgres" can enter neither ${dirname(wanted.dataDir)} nor ${fallbackDir}. Start Mantis Sync as another user than root, or from a folder that every user can enter, or set DATABASE_URL.`,
      { cause },
    );
  }
}

const pathsOf = ({ binaries, dataDir }: Omit<Place, 'runner'>) => [
  binaries.postgres,
  dirname(dataDir),
];

async function copyPrograms(
  { postgres }: PostgresBinaries,
  folder: string,
): Promise<PostgresBinaries> {
  const programs = join(folder, `programs-${shortHash(postgres)}`);
  if (!(await exists(programs))) {
    const unfinished = `${programs}.${randomBytes(4).toString('hex')}.new`;
    await cp(dirname(dirname(postgres)), unfinished, { recursive: true, verbatimSymlinks: true });
    await promisify(execFile)('chmod', ['-R', 'a+rX', unfinished]);
    // Another process may have been faster: its copy is as good as ours.
    await rename(unfinished, programs).catch(() => rm(unfinished, { recursive: true }));
  }
  return binariesIn(join(programs, 'bin'));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
