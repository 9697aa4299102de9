import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import {
  type Api,
  type ApiDeps,
  type Auth,
  createMailer,
  createSignInLink,
  makeFirstOwner,
  NO_MAILER,
} from '@mantis-sync/api';
import { createDatabase } from '@mantis-sync/db';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import {
  mergeRunSettings,
  parseKeyring,
  type Caller,
  type RunSettingsOverrides,
  type StoreService,
  type SyncService,
} from '@mantis-sync/sync-core';
import { assembleApi } from './assemble-api.ts';
import { freePort } from './free-port.ts';
import { createWorker } from '@mantis-sync/worker';
import { pino } from 'pino';

/** A person with a password, who owns an organisation. */
export interface Owner {
  person: { email: string; password: string };
  caller: Caller;
  /** Signs the person in, once. */
  signInLink(): Promise<string>;
}

/** The whole product except stores, in this process, on a port of its own, with the owner of the demo organisation. */
export interface Stack extends Owner {
  url: string;
  /** What a worker in another process needs to read the stores' keys. */
  secretKeys: string;
  sync: SyncService;
  stores: StoreService;
  /** The owner of one more organisation. */
  addOwner(): Promise<Owner>;
  /** Stops the API as an update does; `startApi` starts it again at the same address. */
  stopApi(): Promise<void>;
  startApi(): Promise<void>;
  close(): Promise<void>;
}

const webDir = resolve(import.meta.dirname, '../../apps/web/dist');
const concurrency = 4;
const pollMs = 5_000;
const usualPace: ApiDeps['pace'] = { gapMs: 100, recheckMs: 30_000 };

export interface StackOptions {
  /** The pace of the streams, if it differs from the product's. */
  pace?: ApiDeps['pace'];
  /** Where mails are sent; nowhere unless given. */
  mails?: { to: string; text: string }[];
  /** Whether anyone may create an account; default: yes. */
  signUp?: boolean;
  /** `127.0.0.1` unless given; passkeys need a name. */
  host?: string;
  /** No worker: the caller runs one in a process of its own. */
  withoutWorker?: boolean;
}

/** @param settings of runs, over the defaults */
export async function startStack(
  databaseUrl: string,
  settings: RunSettingsOverrides = {},
  {
    pace = usualPace,
    withoutWorker = false,
    mails,
    signUp = true,
    host = '127.0.0.1',
  }: StackOptions = {},
): Promise<Stack> {
  const log = pino({ level: 'silent' });
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const allowHosts = ['127.0.0.1'];
  const secretKeys = `k1:${randomBytes(32).toString('base64')}`;
  const keyring = parseKeyring(secretKeys);
  const database = createDatabase({ url: databaseUrl });
  const prisma = createPrisma({ url: databaseUrl });
  const mailer = mails
    ? createMailer({ prisma, sendMail: async (mail) => void mails.push(mail), delivers: true, log })
    : NO_MAILER;
  const defaults = mergeRunSettings(settings);
  const { auth, services, listen } = assembleApi({
    databaseUrl,
    database,
    prisma,
    keyring,
    publicUrl: url,
    log,
    mailer,
    signUp,
    pollMs,
    pace,
    webDir,
    services: { defaults },
  });
  const worker = withoutWorker
    ? null
    : await createWorker({
        databaseUrl,
        keyring,
        allowStoreHosts: allowHosts,
        webhookUrl: null,
        publicUrl: url,
        smtp: null,
        runSettings: defaults,
        retentionDays: 30,
        concurrency,
        log,
      });

  const openApi = async () => (await listen(port)).api;
  let api: Api | null = await openApi();
  async function addOwner(email: string): Promise<Owner> {
    await makeFirstOwner(prisma, { email, organisation: 'Demo organisation' });
    const { organizationId } = await prisma.member.findFirstOrThrow({ where: { user: { email } } });
    const person = { email, password: randomBytes(12).toString('hex') };
    await givePassword({ auth, prisma }, person);
    return {
      person,
      caller: { orgId: organizationId, actor: { type: 'user', id: null, name: 'Demo' } },
      signInLink: () => createSignInLink(auth, email),
    };
  }

  return {
    ...(await addOwner('demo@mantis.example')),
    url,
    secretKeys,
    sync: services.sync,
    stores: services.stores,
    addOwner: () => addOwner(`demo-${randomUUID()}@mantis.example`),
    async stopApi() {
      await api?.close();
      api = null;
    },
    async startApi() {
      api ??= await openApi();
    },
    async close() {
      await api?.close();
      await worker?.stop();
      await Promise.all([database.close(), prisma.$disconnect()]);
    },
  };
}

/** The demo person normally signs in by link; a test of the form needs a password. */
async function givePassword(
  deps: { auth: Auth; prisma: PrismaClient },
  person: { email: string; password: string },
): Promise<void> {
  const { id: userId } = await deps.prisma.user.findUniqueOrThrow({
    where: { email: person.email },
    select: { id: true },
  });
  const context = await deps.auth.$context;
  const password = await context.password.hash(person.password);
  await context.internalAdapter.createAccount({
    userId,
    accountId: userId,
    providerId: 'credential',
    password,
  });
}
