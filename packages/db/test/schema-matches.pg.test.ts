import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../dev-postgres/src/testing.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePrismaSchema, type DeclaredTable } from './prisma-schema.ts';

let test: TestDatabase;
let declared: DeclaredTable[];
beforeAll(async () => {
  test = await createTestDatabase();
  const path = resolve(import.meta.dirname, '../../../prisma/schema.prisma');
  declared = parsePrismaSchema(await readFile(path, 'utf8'));
});
afterAll(() => test.drop());

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

async function readColumns() {
  const { rows } = await test.admin.query<{
    table: string;
    name: string;
    type: string;
    nullable: boolean;
  }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
            not a.attnotnull as nullable
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and a.attnum > 0 and not a.attisdropped and c.relname <> '_prisma_migrations'`,
  );
  return rows;
}

/** Unique indexes over plain columns; `whole` is false for those with a WHERE. */
async function readUniqueIndexes() {
  const { rows } = await test.admin.query<{
    table: string;
    columns: string[];
    primary: boolean;
    whole: boolean;
  }>(
    `select c.relname as table, i.indisprimary as primary, i.indpred is null as whole,
            (select json_agg(a.attname order by k.n)
             from unnest(i.indkey::int2[]) with ordinality k (attnum, n)
             join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
             where k.n <= i.indnkeyatts) as columns
     from pg_index i
     join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and i.indisunique and i.indexprs is null
       and c.relname <> '_prisma_migrations'`,
  );
  return rows;
}

async function readForeignKeys() {
  const { rows } = await test.admin.query<DeclaredTable['foreignKeys'][number] & { from: string }>(
    `select c.conrelid::regclass::text as from, c.confrelid::regclass::text as table,
            (select json_agg(a.attname order by k.n)
             from unnest(c.conkey) with ordinality k (attnum, n)
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
            (select json_agg(a.attname order by k.n)
             from unnest(c.confkey) with ordinality k (attnum, n)
             join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as references,
            case c.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL'
              when 'r' then 'RESTRICT' when 'a' then 'NO ACTION' end as "onDelete"
     from pg_constraint c
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace`,
  );
  return rows;
}

describe('prisma/schema.prisma is the migrated database', () => {
  it('in tables, columns, types and nullability', async () => {
    const expected = declared.flatMap((table) =>
      table.columns.map((column) => ({ table: table.name, ...column })),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect((await readColumns()).toSorted(byText)).toEqual(expected.toSorted(byText));
  });

  it('in primary keys', async () => {
    const expected = declared.map(({ name, primaryKey }) => ({ table: name, columns: primaryKey }));
    const actual = (await readUniqueIndexes())
      .filter((index) => index.primary)
      .map(({ table, columns }) => ({ table, columns }));
    expect(actual.toSorted(byText)).toEqual(expected.toSorted(byText));
  });

  it('in unique keys: what it declares is unique, and every unconditional one is declared', async () => {
    const keyOf = (table: string, columns: string[]) => `${table} (${columns.join(', ')})`;
    const indexes = (await readUniqueIndexes()).filter((index) => !index.primary);
    const expected = new Set(
      declared.flatMap((t) => t.unique.map((columns) => keyOf(t.name, columns))),
    );
    const all = new Set(indexes.map((index) => keyOf(index.table, index.columns)));
    const whole = indexes.filter((index) => index.whole).map((i) => keyOf(i.table, i.columns));
    expect([...expected].filter((key) => !all.has(key))).toEqual([]);
    expect(whole.filter((key) => !expected.has(key))).toEqual([]);
  });

  it('in foreign keys and what a deletion does', async () => {
    const expected = declared.flatMap((table) =>
      table.foreignKeys.map((key) => ({ from: table.name, ...key })),
    );
    const normal = (key: (typeof expected)[number]) =>
      `${key.from} (${key.columns.join(', ')}) → ${key.table} (${key.references.join(', ')}) ${key.onDelete}`;
    expect((await readForeignKeys()).map(normal).toSorted()).toEqual(
      expected.map(normal).toSorted(),
    );
  });
});
