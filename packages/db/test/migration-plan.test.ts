import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { matchesChecksum, type MigrationFile } from '../src/migration-files.ts';
import { MigrationError, planMigrations, type MigrationRecord } from '../src/migration-plan.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const file = (name: string, sql = `-- ${name}\n`): MigrationFile => ({
  name,
  path: `migrations/${name}/migration.sql`,
  sql,
  checksum: sha256(sql),
});
const record = (name: string, changes: Partial<MigrationRecord> = {}): MigrationRecord => ({
  migration_name: name,
  checksum: file(name).checksum,
  finished_at: new Date(0),
  ...changes,
});

function errorOf(files: MigrationFile[], records: MigrationRecord[]) {
  try {
    planMigrations(files, records);
  } catch (error) {
    if (error instanceof MigrationError) return error;
  }
  throw new Error('planMigrations accepted it');
}

describe('planMigrations', () => {
  it('gives all files for a new database, the missing ones for an older, none for a current one', () => {
    const files = [file('1_a'), file('2_b'), file('3_c')];
    const names = (records: MigrationRecord[]) =>
      planMigrations(files, records).map(({ name }) => name);
    expect(names([])).toEqual(['1_a', '2_b', '3_c']);
    expect(names([record('1_a')])).toEqual(['2_b', '3_c']);
    expect(names([record('1_a'), record('2_b'), record('3_c')])).toEqual([]);
  });

  it('names the file of an applied migration that was edited', () => {
    const error = errorOf([file('1_a', 'select 2')], [record('1_a')]);
    expect(error).toMatchObject({ reason: 'edited', migration: '1_a' });
    expect(error.message).toContain('migrations/1_a/migration.sql');
  });

  it('names an applied migration that this version lacks', () => {
    const error = errorOf([file('1_a')], [record('1_a'), record('2_b')]);
    expect(error).toMatchObject({ reason: 'unknown', migration: '2_b' });
    expect(error.message).toContain('2_b');
  });

  it('names a new file that sorts before an applied one', () => {
    const error = errorOf([file('1_a'), file('2_b')], [record('2_b')]);
    expect(error).toMatchObject({ reason: 'out-of-order', migration: '1_a' });
    expect(error.message).toContain('migrations/1_a/migration.sql');
  });

  it('names a migration that another tool left unfinished', () => {
    const error = errorOf([file('1_a')], [record('1_a', { finished_at: null })]);
    expect(error).toMatchObject({ reason: 'unfinished', migration: '1_a' });
  });
});

describe('matchesChecksum', () => {
  it('takes a checkout with other line endings for the same file, and another text for another', () => {
    const unix = 'select 1;\nselect 2;\n';
    const windows = 'select 1;\r\nselect 2;\r\n';
    expect(matchesChecksum(file('a', windows), sha256(unix))).toBe(true);
    expect(matchesChecksum(file('a', unix), sha256(windows))).toBe(true);
    expect(matchesChecksum(file('a', unix), sha256('select 1;\nselect 3;\n'))).toBe(false);
  });
});
