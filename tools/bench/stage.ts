import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createDatabase, migrate } from '@mantis-sync/db';
import { type EmbeddedPostgres } from '@mantis-sync/dev-postgres';
import {
  type Caller,
  createStoreService,
  DEFAULT_RUN_SETTINGS,
  parseKeyring,
} from '@mantis-sync/sync-core';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { Client } from 'pg';
import { NODE_OPTIONS } from '../launcher/src/start-process.ts';

export const SECRET_KEYS = `bench:${Buffer.alloc(32, 7).toString('base64')}`;
let databases = 0;

/** Starts one of the programs, and waits until it is ready. */
export async function startProgram(
  path: string,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, path), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // As a worker is started; the programs that it is compared with get the same.
    execArgv: NODE_OPTIONS,
  });
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

/** An empty, migrated database. */
export async function freshDatabase(postgres: EmbeddedPostgres) {
  databases += 1;
  const name = `bench_${databases}`;
  const server = new Client({ connectionString: postgres.adminUrl });
  await server.connect();
  const owner = new URL(postgres.url).username;
  await server.query(`create database ${name} owner ${owner}`);
  const [url, adminUrl] = [new URL(postgres.url), new URL(postgres.adminUrl)];
  url.pathname = `/${name}`;
  adminUrl.pathname = `/${name}`;
  await migrate({ url: url.href });
  const admin = new Client({ connectionString: adminUrl.href });
  await admin.connect();
  return {
    url: url.href,
    admin,
    async drop() {
      await admin.end();
      await server.query(`drop database ${name} with (force)`);
      await server.query('checkpoint');
      await server.end();
    },
  };
}

/** An organisation and its store. */
export async function setStage(
  url: string,
  storeUrl: string,
): Promise<{ orgId: string; storeId: string }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "insert into organization (name, slug) values ('Bench', 'bench') returning id",
  );
  await client.end();
  const orgId: string = rows[0].id;
  const database = createDatabase({ url, max: 1 });
  const stores = createStoreService({
    database,
    keyring: parseKeyring(SECRET_KEYS),
    defaults: DEFAULT_RUN_SETTINGS,
    allowHosts: [new URL(storeUrl).host],
  });
  const store = await stores.connect(callerOf(orgId), {
    name: 'Bench',
    url: storeUrl,
    ...defaultCredentials,
  });
  await database.close();
  return { orgId, storeId: store.id };
}

export function callerOf(orgId: string): Caller {
  return { orgId, actor: { type: 'system', id: null, name: 'bench' } };
}

/** The store runs as a process of its own, as a real one would. */
export async function startStore(options: {
  customers: string;
  /** Milliseconds per page and jitter, or `real`: 80 ms and 3.5 ms a customer, two requests at a time. */
  latency: string;
}): Promise<{ url: string; stop(): void }> {
  const child = fork(join(import.meta.dirname, '../../packages/woo-sim/src/main.ts'), {
    env: {
      ...process.env,
      PORT: '0',
      CUSTOMERS: options.customers,
      LATENCY: options.latency,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [ready] = (await once(child, 'message')) as [{ url: string }];
  return { url: ready.url, stop: () => child.kill() };
}
