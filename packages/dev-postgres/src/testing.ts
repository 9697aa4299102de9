import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  codeOf,
  createDatabase,
  createPool,
  typeParsers,
  type Database,
  type Sql,
} from '@mantis-sync/db';
import { Client, type Pool } from 'pg';
import { inject } from 'vitest';
import type { TestPostgres } from './testing-setup.ts';

export { createEventLog } from './event-log.ts';
export { createTcpProxy, type ProxyMode, type TcpProxy } from './tcp-proxy.ts';
export { removeAfterUs, startTestServer, type TestServer } from './test-server.ts';

/** A separate superuser connection, for locks and for sessions that a test will break. */
export interface AdminSession extends Sql {
  close(): Promise<void>;
}

/** A database for one test file. */
export interface TestDatabase {
  /** As the owner of the database, which is no superuser. */
  url: string;
  /** As superuser, who bypasses row-level security. */
  adminUrl: string;
  /** A pool as the product uses it. */
  database: Database;
  /** Superuser statements, each on a connection of a small pool. */
  admin: Sql;
  /** One more superuser connection, closed by `drop` if not before. */
  openSession(): Promise<AdminSession>;
  /** Waits until this many sessions of the database wait for a lock. */
  untilBlocked(sessions?: number): Promise<void>;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without the migrations. */
  empty?: boolean;
  /** Connections of the pool at most. */
  max?: number;
}

/** Clones the migrated template of this run; call `drop` in afterAll. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = inject('testPostgres');
  const name = `${server.prefix}_${randomBytes(6).toString('hex')}`;
  await cloneTemplate(server, name, options.empty ? 'template0' : server.template);
  return openTestDatabase(urlOf(server.url, name), urlOf(server.adminUrl, name), {
    ...options,
    afterClose: () =>
      asAdmin(server, async (client) => {
        await untilLeft(client, name);
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  });
}

/**
 * Waits a second at most until no session uses the database. Pools report their end before their connections
 * are closed, and a client whose connection the server ends while nobody listens ends the process of the tests.
 */
async function untilLeft(client: Client, database: string): Promise<void> {
  const deadline = Date.now() + 1000;
  while (Date.now() < deadline) {
    const { rowCount } = await client.query('select from pg_stat_activity where datname = $1', [
      database,
    ]);
    if (rowCount === 0) return;
    await delay(10);
  }
}

/**
 * Wraps an existing database: on a server of the test's own, or behind a proxy.
 *
 * @param adminUrl the same database as superuser, by a route that the test does not interrupt
 */
export function openTestDatabase(
  url: string,
  adminUrl: string,
  options: TestDatabaseOptions & { afterClose: () => Promise<unknown> },
): TestDatabase {
  const database = createDatabase({ url, max: options.max ?? 10, applicationName: 'mantis-test' });
  const pool = createPool({ url: adminUrl, max: 4, types: typeParsers });
  const admin = asSql(pool);
  const sessions = new Set<AdminSession>();

  return {
    url,
    adminUrl,
    database,
    admin,
    async openSession() {
      const session = await openSession(adminUrl);
      sessions.add(session);
      return session;
    },
    untilBlocked: (count = 1) => untilBlocked(admin, count),
    async drop() {
      await Promise.all([database.close(), pool.end(), ...[...sessions].map((s) => s.close())]);
      await options.afterClose();
    },
  };
}

/** `create database` refuses a template while a session is connected to it; such sessions end soon. */
async function cloneTemplate(server: TestPostgres, name: string, template: string): Promise<void> {
  await asAdmin(server, async (client) => {
    for (let attempt = 1; ; attempt++) {
      try {
        // Copied as files, which costs half as much as through the log.
        await client.query(
          `create database ${name} template ${template} owner ${server.owner} strategy file_copy`,
        );
        return;
      } catch (error) {
        if (codeOf(error) !== '55006' || attempt === 100) throw error;
        await delay(50);
      }
    }
  });
}

async function asAdmin(server: TestPostgres, work: (client: Client) => Promise<unknown>) {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function openSession(adminUrl: string): Promise<AdminSession> {
  const client = new Client({ connectionString: adminUrl, types: typeParsers });
  client.on('error', () => {});
  await client.connect();
  return { ...asSql(client), close: () => client.end() };
}

function asSql(connection: Pool | Client): Sql {
  return {
    async query(statement, values) {
      const config = typeof statement === 'string' ? { text: statement, values } : statement;
      // Without `values` pg takes the simple protocol, which allows several statements together.
      const { rows, rowCount } = await connection.query({
        ...config,
        values: config.values as unknown[],
      });
      return { rows: rows as never[], rowCount: rowCount ?? 0 };
    },
  };
}

async function untilBlocked(admin: Sql, count: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const { rows } = await admin.query<{ blocked: number }>(
      `select count(*) as blocked from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0] && rows[0].blocked >= count) return;
    await delay(5);
  }
  throw new Error(`There were never ${count} sessions waiting for a lock`);
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
