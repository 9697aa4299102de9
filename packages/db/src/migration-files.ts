import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** One `<timestamp>_<name>/migration.sql` of Prisma's layout. */
export interface MigrationFile {
  /** The folder's name, which is the migration's name in `_prisma_migrations`. */
  name: string;
  path: string;
  sql: string;
  /** SHA-256 of the file, in hex, as Prisma records it. */
  checksum: string;
}

/** The repository's own `prisma/migrations`. */
const defaultMigrationsDirectory = resolve(import.meta.dirname, '../../../prisma/migrations');

/** The migrations of a folder in the order in which they apply. */
export async function readMigrationFiles(
  directory = defaultMigrationsDirectory,
): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(directory, name, 'migration.sql');
      const sql = await readFile(path, 'utf8');
      return { name, path, sql, checksum: sha256(sql) };
    }),
  );
}

/** Whether the file matches its record; differences in line endings are ignored. */
export function matchesChecksum(file: MigrationFile, recorded: string): boolean {
  const unix = file.sql.replaceAll('\r\n', '\n');
  return [file.checksum, sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))].includes(recorded);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
