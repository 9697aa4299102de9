import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase } from '@mantis-sync/db';
import { createPrisma } from '@mantis-sync/db/prisma';
import {
  type Caller,
  createStoreService,
  createSyncService,
  parseKeyring,
  runSettingsFromEnv,
  type StoreService,
  type StoreView,
  type SyncService,
} from '@mantis-sync/sync-core';
import { defaultCredentials } from '@mantis-sync/woo-sim';
import type { Secrets } from './secrets.ts';

export interface DemoInput {
  /** The API's environment, with DATABASE_URL and the secrets. */
  env: Record<string, string | undefined> & { DATABASE_URL: string } & Secrets;
  storeUrl: string;
}

export interface Demo {
  signInLink: string;
  sync: SyncService;
  caller: Caller;
  /** The run that was started or resumed. */
  runId: string;
  close(): Promise<void>;
}

const OWNER = { email: 'demo@mantis.example', organisation: 'Demo organisation' };
const FIRST_OWNER = resolve(import.meta.dirname, '../../../apps/api/src/first-owner-cli.ts');

/** The demo organisation with its store, and a run of it; created on the first start, found on later ones. */
export async function startDemo({ env, storeUrl }: DemoInput): Promise<Demo> {
  const firstOwner = [FIRST_OWNER, OWNER.email, OWNER.organisation];
  const { stdout } = await promisify(execFile)(process.execPath, firstOwner, {
    env: { ...process.env, ...env },
  });
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: 2,
    applicationName: 'mantis-launcher',
  });
  const defaults = runSettingsFromEnv(process.env);
  const stores = createStoreService({
    database,
    defaults,
    keyring: parseKeyring(env.MANTIS_SECRET_KEYS),
    allowHosts: [new URL(storeUrl).host],
  });
  const sync = createSyncService({ database, defaults });
  const caller: Caller = {
    orgId: await findOrganisation(env.DATABASE_URL),
    actor: { type: 'system', id: null, name: 'Demo' },
  };
  const store = await findOrConnectStore(stores, caller, storeUrl);
  const { run } = await sync.start(caller, { storeId: store.id });
  return {
    signInLink: stdout.trim(),
    sync,
    caller,
    runId: run.runId,
    close: () => database.close(),
  };
}

async function findOrganisation(databaseUrl: string): Promise<string> {
  const prisma = createPrisma({ url: databaseUrl });
  const { organizationId } = await prisma.member.findFirstOrThrow({
    where: { user: { email: OWNER.email }, organization: { name: OWNER.organisation } },
  });
  await prisma.$disconnect();
  return organizationId;
}

async function findOrConnectStore(
  stores: StoreService,
  caller: Caller,
  url: string,
): Promise<StoreView> {
  const known = (await stores.list(caller)).find((store) => store.url === url);
  if (known) return known.state === 'paused' ? stores.resume(caller, { storeId: known.id }) : known;
  return stores.connect(caller, { name: 'Demo shop', url, ...defaultCredentials });
}

/** The port that the simulated store had last time: the database contains its address. */
export async function rememberedPort(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDir, 'demo-store-port'), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

export async function rememberPort(dataDir: string, url: string): Promise<void> {
  await writeFile(join(dataDir, 'demo-store-port'), `${new URL(url).port}\n`);
}
