import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '@mantis-sync/db';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startTestServer } from './test-server.ts';

/** Options of a project in vitest.config.ts, under `provide: { testPostgresOptions }`. */
export interface TestPostgresOptions {
  /** An installed PostgreSQL; that of the npm package unless given. */
  binDirectory?: string;
  /** Uses this server instead of starting one; set by TEST_DATABASE_URL. */
  externalUrl?: string;
  /** Modules that export `prepareTemplate(url)`, run on the template after the migrations. */
  prepareTemplate?: string[];
}

/** Available to tests as `inject('testPostgres')`. */
export interface TestPostgres {
  url: string;
  adminUrl: string;
  owner: string;
  template: string;
  /** The name of every database of this test run starts with it. */
  prefix: string;
  binDirectory: string | undefined;
}

declare module 'vitest' {
  interface ProvidedContext {
    testPostgresOptions: TestPostgresOptions;
    testPostgres: TestPostgres;
  }
}

/**
 * Vitest's global setup: one server per test run with one migrated template; the teardown removes both.
 *
 * @public called by Vitest
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const options = project.getProvidedContext().testPostgresOptions ?? {};
  const server = options.externalUrl
    ? { url: options.externalUrl, adminUrl: options.externalUrl, stop: async () => {} }
    : await startTestServer({ binDirectory: options.binDirectory });
  const prefix = `mantis_test_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  const admin = new Client({ connectionString: server.adminUrl, application_name: prefix });
  admin.on('error', () => {});
  await admin.connect();

  const teardown = async () => {
    if (options.externalUrl) await dropDatabases(admin, prefix);
    await admin.end();
    await server.stop();
  };
  try {
    if (options.externalUrl) await dropDatabasesOfInterruptedRuns(admin);
    const owner = decodeURIComponent(new URL(server.url).username);
    await createTemplate(admin, server.url, { template, owner, ...options });
    project.provide('testPostgres', {
      url: server.url,
      adminUrl: server.adminUrl,
      owner,
      template,
      prefix,
      binDirectory: options.binDirectory,
    });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function createTemplate(
  admin: Client,
  serverUrl: string,
  options: TestPostgresOptions & { template: string; owner: string },
): Promise<void> {
  const { template, owner } = options;
  await admin.query(`create database ${template} template template0 owner ${owner}`);
  const url = new URL(serverUrl);
  url.pathname = `/${template}`;
  await migrate({ url: url.href });
  for (const path of options.prepareTemplate ?? []) {
    const module: { prepareTemplate(url: string): Promise<unknown> } = await import(
      pathToFileURL(resolve(path)).href
    );
    await module.prepareTemplate(url.href);
  }
  // No session may be connected to a template while it is cloned.
  await admin.query(`alter database ${template} allow_connections false`);
}

/** Drops the databases of test runs that ended without doing so: no session of theirs is left. */
async function dropDatabasesOfInterruptedRuns(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ prefix: string }>(
    `select distinct substring(datname from '^mantis_test_[0-9a-f]{8}') as prefix
     from pg_database
     where datname ~ '^mantis_test_[0-9a-f]{8}_'
       and substring(datname from '^mantis_test_[0-9a-f]{8}') not in
           (select application_name from pg_stat_activity where application_name is not null)`,
  );
  for (const { prefix } of rows) await dropDatabases(admin, prefix);
}

async function dropDatabases(admin: Client, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database where starts_with(datname, $1)`,
    [`${prefix}_`],
  );
  for (const { datname } of rows) {
    await admin.query(`drop database if exists ${datname} with (force)`);
  }
}
