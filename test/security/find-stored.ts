import type { Sql } from '@mantis-sync/db';

/** Every row of every table, as text, under the name of its table. */
export async function dumpTables(sql: Sql): Promise<Map<string, string>> {
  const { rows: tables } = await sql.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relkind in ('r', 'p') and nspname not in ('pg_catalog', 'information_schema')
        and nspname not like 'pg_toast%'`,
  );
  const dump = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await sql.query<{ text: string }>(`select t::text as text from ${name} t`);
    dump.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return dump;
}
