import { DbError } from './database-errors.ts';
import { matchesChecksum, type MigrationFile } from './migration-files.ts';

/** A row of `_prisma_migrations` that was not rolled back. */
export interface MigrationRecord {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * The migrations cannot be applied. `reason`:
 * `edited` an applied file differs from its record; `unfinished` an earlier run, by Prisma, stopped halfway;
 * `unknown` the database has one that this version lacks; `out-of-order` a new file sorts before an applied one;
 * `failed` a statement failed; `server-too-old`; `locked` another migration runs.
 */
export class MigrationError extends DbError {
  override name = 'MigrationError';
  readonly reason: MigrationErrorReason;
  readonly migration: string | undefined;
  constructor(
    reason: MigrationErrorReason,
    message: string,
    options: { migration?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.migration = options.migration;
  }
}

export type MigrationErrorReason =
  | 'edited'
  | 'unfinished'
  | 'unknown'
  | 'out-of-order'
  | 'failed'
  | 'server-too-old'
  | 'locked';

/**
 * The files still to apply, oldest first.
 * @throws MigrationError if files and records contradict each other
 */
export function planMigrations(
  files: readonly MigrationFile[],
  records: readonly MigrationRecord[],
): MigrationFile[] {
  const fileOf = new Map(files.map((file) => [file.name, file]));
  for (const record of records) checkRecord(record, fileOf.get(record.migration_name));

  const applied = new Set(records.map((record) => record.migration_name));
  const pending = files.filter((file) => !applied.has(file.name));
  const last = [...applied].toSorted().at(-1) ?? '';
  const late = pending.find((file) => file.name < last);
  if (late) {
    throw new MigrationError(
      'out-of-order',
      `Migration ${late.path} sorts before ${last}, which is already applied; rename its folder to a later time`,
      { migration: late.name },
    );
  }
  return pending;
}

function checkRecord(record: MigrationRecord, file: MigrationFile | undefined): void {
  const migration = record.migration_name;
  if (!file) {
    throw new MigrationError(
      'unknown',
      `The database has migration ${migration}, which this version does not know: the database is newer, or the file is missing`,
      { migration },
    );
  }
  if (!record.finished_at) {
    throw new MigrationError(
      'unfinished',
      `Migration ${file.path} was started by another tool and did not finish; resolve it with \`prisma migrate resolve\``,
      { migration },
    );
  }
  if (!matchesChecksum(file, record.checksum)) {
    throw new MigrationError(
      'edited',
      `Migration ${file.path} was edited after it was applied; restore it and write a new migration`,
      { migration },
    );
  }
}
