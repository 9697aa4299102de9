import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuth, createSignInLink, NO_MAILER, seedDemo } from '@mantis-sync/api';
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
  databaseUrl: string;
  publicUrl: string;
  storeUrl: string;
  secrets: Secrets;
}

export interface Demo {
  signInLink: string;
  sync: SyncService;
  caller: Caller;
  /** The run that was begun, or gone on with. */
  runId: string;
  close(): Promise<void>;
}

/** The demo organisation with its store, and a run of it; made on the first start, found on others. */
export async function startDemo(input: DemoInput): Promise<Demo> {
  const database = createDatabase({
    url: input.databaseUrl,
    max: 2,
    applicationName: 'mantis-launcher',
  });
  const prisma = createPrisma({ url: input.databaseUrl });
  const auth = createAuth({
    prisma,
    secret: input.secrets.AUTH_SECRET,
    publicUrl: input.publicUrl,
    allowSignUp: true,
    // The demo's link is shown, not sent.
    mailer: NO_MAILER,
    rateLimit: false,
    log: { info() {}, warn() {}, error() {} },
  });
  const { organisationId, email } = await seedDemo({ prisma });
  const defaults = runSettingsFromEnv(process.env);
  const stores = createStoreService({
    database,
    defaults,
    keyring: parseKeyring(input.secrets.MANTIS_SECRET_KEYS),
    allowHosts: [new URL(input.storeUrl).host],
  });
  const sync = createSyncService({ database, defaults });
  const caller: Caller = {
    orgId: organisationId,
    actor: { type: 'system', id: null, name: 'Demo' },
  };
  const store = await findOrConnectStore(stores, caller, input.storeUrl);
  const { run } = await sync.start(caller, { storeId: store.id });
  return {
    signInLink: await createSignInLink(auth, email),
    sync,
    caller,
    runId: run.runId,
    async close() {
      await Promise.all([database.close(), prisma.$disconnect()]);
    },
  };
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

/** The port that the simulated store had last time: its address is part of what the database knows. */
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
