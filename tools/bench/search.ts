/**
 * Measures the search for customers: how long one page takes, by the service that the API calls, under
 * row-level security, with another organisation in the same tables. CPU is that of PostgreSQL per page: it
 * depends on the load of the machine far less than the times do.
 *
 *   npx -y pnpm@12 bench:search                          1,000,000 customers
 *   npx -y pnpm@12 bench:search --customers 100000 --times 50
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase } from '@mantis-sync/db';
import { startEmbeddedPostgres } from '@mantis-sync/dev-postgres';
import {
  createCustomerService,
  type CustomerSearch,
  type CustomerSort,
} from '@mantis-sync/sync-core';
import type { Client } from 'pg';
import { fillCustomers } from './fill-customers.ts';
import { cpuOfPostgres } from './process-usage.ts';
import { callerOf, freshDatabase } from './stage.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '100' },
  },
});
const customers = Number(values.customers);

type Query = Partial<CustomerSearch> & { sort?: CustomerSort };

/** The queries, each time with another number if they contain one. */
const queries: Record<string, (n: number, stores: readonly string[]) => Query> = {
  'nothing, by last change': () => ({}),
  'nothing, by name': () => ({ sort: 'name' }),
  'one letter: m': () => ({ q: 'm' }),
  'two letters: mu': () => ({ q: 'mu' }),
  'three letters of very many: ann': () => ({ q: 'ann' }),
  'three letters of very many, by name': () => ({ q: 'ann', sort: 'name' }),
  'three letters without a match: qxz': () => ({ q: 'qxz' }),
  'a name: muller': () => ({ q: 'muller' }),
  'two names and a city': () => ({ q: 'zoe muller lugano' }),
  'two names and a city, by name': () => ({ q: 'zoe muller lugano', sort: 'name' }),
  'a rare company': () => ({ q: 'rarissima' }),
  'a username': (n) => ({ q: `user${n}` }),
  'a complete e-mail address': (n) => ({ q: `anna.muller${n}@example.org` }),
  'part of a telephone number': (n) => ({ q: `+41 79 ${String(n).padStart(6, '0')}` }),
  'a number of the store': (n) => ({ q: `#${n}` }),
  'the small store': (_n, stores) => ({ storeId: stores[1] }),
  'a name in the small store': (_n, stores) => ({ storeId: stores[1], q: 'keller' }),
  'a rare role and country': () => ({ role: 'wholesale', country: 'LI' }),
  'deleted ones': () => ({ status: 'deleted' }),
  'a name among the deleted ones': () => ({ status: 'deleted', q: 'muller' }),
};

const dataDir = await mkdtemp(join(tmpdir(), 'mantis-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const { url, admin, drop } = await freshDatabase(postgres);
const database = createDatabase({ url, max: 2 });
try {
  const mine = await organisation(admin, 'mine');
  const other = await organisation(admin, 'other');
  const startedAt = performance.now();
  const indexes = await dropIndexes(admin);
  await fillCustomers(admin, { orgId: other, storeId: await store(admin, other) }, customers / 10);
  // The small store is filled first, so a scan from the newest customers reaches it last.
  const small = await store(admin, mine);
  await fillCustomers(admin, { orgId: mine, storeId: small }, customers / 20, 365);
  const large = await store(admin, mine);
  await fillCustomers(admin, { orgId: mine, storeId: large }, (customers * 19) / 20);
  const filledAt = performance.now();
  for (const index of indexes) await admin.query(index);
  await admin.query('vacuum analyze customer');
  // What the filling left to be written to disk would be written during the first queries.
  await admin.query('checkpoint');
  console.log(
    `${customers.toLocaleString('en')} customers, made in ${seconds(startedAt, filledAt)} s, ` +
      `their indexes in ${seconds(filledAt, performance.now())} s`,
  );
  const service = createCustomerService({ database });
  const backend: number = (await admin.query('select pg_backend_pid() as pid')).rows[0].pid;
  for (const [name, make] of Object.entries(queries)) {
    const times: number[] = [];
    let page = await service.search(callerOf(mine), ask(make(1, [large, small])));
    const cpuBefore = cpuOfPostgres(backend);
    for (let turn = 0; turn < Number(values.times); turn++) {
      const query = ask(make(1 + ((turn * 7_919) % (customers / 20)), [large, small]));
      const before = performance.now();
      page = await service.search(callerOf(mine), query);
      times.push(performance.now() - before);
    }
    const cpu = (cpuOfPostgres(backend) - cpuBefore) / times.length / 1_000;
    const { count, isExact } = page.total ?? { count: 0, isExact: true };
    console.log(
      `${name.padEnd(40)} p50 ${percentile(times, 0.5)}  p99 ${percentile(times, 0.99)} ms  ` +
        `cpu ${cpu.toFixed(1).padStart(5)} ms   ` +
        `${page.items.length} shown of ${count}${isExact ? '' : '+'}`,
    );
  }
} finally {
  await database.close();
  await drop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function ask(query: Query) {
  return { status: 'active', sort: 'changed', limit: 50, ...query } as const;
}

async function organisation(client: Client, name: string): Promise<string> {
  const { rows } = await client.query(
    'insert into organization (name, slug) values ($1, $1) returning id',
    [name],
  );
  return rows[0].id;
}

/** Drops the search indexes, since creating them afterwards is faster. @returns how to create them */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query(
    `select indexname as name, indexdef as made_by from pg_indexes
      where tablename = 'customer' and indexdef not like 'CREATE UNIQUE%'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ made_by }) => made_by);
}

function seconds(from: number, to: number): string {
  return ((to - from) / 1_000).toFixed(0);
}

async function store(client: Client, orgId: string): Promise<string> {
  const { rows } = await client.query(
    `insert into woo_store (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
     values ($1, 'Shop', 'https://' || gen_random_uuid() || '.test', '', '', 'k1', 'abcd') returning id`,
    [orgId],
  );
  return rows[0].id;
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  const time = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return time.toFixed(1).padStart(6);
}
