import { codeOf, DbError } from '@mantis-sync/db';

/** The embedded PostgreSQL cannot start or stop; the message is one line that says why and what to do. */
export class EmbeddedPostgresError extends DbError {
  override name = 'EmbeddedPostgresError';
}

/** Another running process uses the same data directory. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override name = 'DataDirectoryInUseError';
}

/** One line for any failure around the data folder; errors that say so themselves pass through. */
export function explainFailure(error: unknown, dataDir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  return new EmbeddedPostgresError(describe(error, dataDir), { cause: error });
}

function describe(error: unknown, dataDir: string): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `The data folder ${dataDir} is not writable (${code}). Set MANTIS_DATA_DIR to a folder that is.`;
  }
  if (code === 'ENOSPC') {
    return `The disk that holds ${dataDir} is full. Free some space, or set MANTIS_DATA_DIR to another disk.`;
  }
  const reason = oneLine(error instanceof Error ? error.message : String(error));
  return `PostgreSQL did not start: ${reason} See ${dataDir}/postgres.log, or set DATABASE_URL to use a PostgreSQL of your own.`;
}

/** Several lines of output as one, without PostgreSQL's time stamps. */
export function oneLine(text: string): string {
  const line = text
    .split('\n')
    .map((each) => each.replace(/^\d{4}-\d\d-\d\d [\d:.]+ \w+ \[\d+\] /, '').trim())
    .filter((each) => each !== '')
    .join('; ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
