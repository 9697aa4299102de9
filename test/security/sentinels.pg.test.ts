import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Auth, createAuth, createMailer, createSignInLink } from '@mantis-sync/api';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { RUN_CHANGED_CHANNEL } from '@mantis-sync/sync-core';
import {
  createWooSim,
  type FaultRule,
  type WooSim,
  type WooSimOptions,
} from '@mantis-sync/woo-sim';
import { Client } from 'pg';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { dumpTables } from './find-stored.ts';
import { findSentinels, type Hit, makeStoreKeys, person } from './sentinels.ts';
import { type RunningProcess, startProcess } from '../support/start-process.ts';

/** A certificate for 127.0.0.1 that is untrusted by default. */
const tlsFile = (name: string) =>
  join(import.meta.dirname, `../../packages/sync-core/fixtures/tls/${name}.pem`);
const tls = {
  key: readFileSync(tlsFile('key'), 'utf8'),
  cert: readFileSync(tlsFile('cert'), 'utf8'),
};

const CUSTOMERS = 8;
/** Stores of one organisation, which may start ten runs a minute. */
const STORES_EACH = 8;
const keys = makeStoreKeys();
const password = `pass ${randomBytes(16).toString('hex')}`;
const email = `${randomUUID()}@mantis.example`;
const authSecret = randomBytes(32).toString('hex');
const sealingKey = randomBytes(32).toString('base64');

/** What a badly written store may reveal in an error: everything it knows. */
const everything = `key=${keys.consumerKey} secret=${keys.consumerSecret} ${Object.values(person).join(' ')}`;
const inUrl = `consumer_key=${keys.consumerKey}&consumer_secret=${keys.consumerSecret}&email=${encodeURIComponent(person.email)}`;

const status = (code: number, text: string, contentType = 'application/json'): FaultRule => ({
  route: '/wc/v3/customers',
  skip: 1,
  fault: { kind: 'status', status: code, body: { text, contentType } },
});
const json = (code: string) => JSON.stringify({ code, message: everything, data: { status: 500 } });
const broken = (rule: FaultRule['fault']): FaultRule => ({
  route: '/wc/v3/customers',
  skip: 1,
  fault: rule,
});
const ids = [3, 5];

interface StoreKind {
  faults?: FaultRule[];
  options?: WooSimOptions & { http?: boolean };
}

/** A store for each way to fail; the first request for customers, by which it is connected, is well. */
const stores: Record<string, StoreKind> = {
  'is well': {},
  'takes keys in the query': { options: { stripAuthorization: true } },
  'echoes the query in Link': {
    options: { stripAuthorization: true },
    faults: [
      broken({ kind: 'headers', set: { link: `<https://shop.example/?${inUrl}>; rel="next"` } }),
    ],
  },
  'signs by OAuth': { options: { http: true } },
  'has plain permalinks': { options: { permalinks: 'plain' } },
  'answers 401': { faults: [status(401, json('woocommerce_rest_authentication_error'))] },
  'answers 403 with a page': {
    faults: [status(403, `<html><title>${everything}</title></html>`, 'text/html')],
  },
  'answers 404': { faults: [status(404, json('rest_no_route'))] },
  'answers 400': { faults: [status(400, json('rest_invalid_param'))] },
  'answers 429': { faults: [status(429, json('too_many'))] },
  'answers 500': { faults: [status(500, json('internal_server_error'))] },
  'answers 500 with a page': {
    faults: [status(500, `<html><body>Fatal error: ${everything}</body></html>`, 'text/html')],
  },
  'answers 503': { faults: [status(503, everything, 'text/plain')] },
  'is in maintenance': { faults: [broken({ kind: 'html200' })] },
  'asks for a captcha': { faults: [broken({ kind: 'html200', captcha: true })] },
  'redirects with keys': {
    faults: [broken({ kind: 'redirect', to: `https://elsewhere.example/?${inUrl}` })],
  },
  'redirects to a key as host': {
    faults: [broken({ kind: 'redirect', to: `https://${keys.consumerSecret}.example/` })],
  },
  'answers nothing': { faults: [broken({ kind: 'empty' })] },
  'never answers': { faults: [{ ...broken({ kind: 'never' }), times: 1 }] },
  'cuts the connection': { faults: [broken({ kind: 'reset' })] },
  'sends a bomb': { faults: [broken({ kind: 'gzip-bomb' })] },
  'sends without an end': { faults: [broken({ kind: 'endless-body' })] },
  'mixes in a notice': {
    faults: [broken({ kind: 'php-notice', text: `Notice: ${everything}\n` })],
  },
  'sends bad bytes': { faults: [broken({ kind: 'invalid-utf8' })] },
  'breaks off': { faults: [broken({ kind: 'truncate' })] },
  'is cut in the body': { faults: [broken({ kind: 'cut' })] },
  'fails on one customer': { faults: [broken({ kind: 'poison', ids })] },
  shuffles: { faults: [broken({ kind: 'shuffle', scope: 'list' })] },
  'repeats itself': { faults: [broken({ kind: 'same-page' })] },
  'sends other shapes': {
    faults: [
      broken({ kind: 'patch-row', ids: [1], set: { email: { at: person.email } } }),
      broken({ kind: 'patch-row', ids: [2], set: { billing: everything } }),
      broken({ kind: 'patch-row', ids: [3], set: { id: everything } }),
      broken({ kind: 'patch-row', ids: [4], set: { date_created_gmt: everything } }),
      broken({ kind: 'patch-row', ids: [5], set: { meta_data: [everything] } }),
      broken({ kind: 'patch-row', ids: [6], set: { first_name: `\u0000${person.first_name}` } }),
      broken({ kind: 'patch-row', ids: [7], set: { role: { is: everything }, username: null } }),
    ],
  },
};

interface World {
  db: TestDatabase;
  /** For the organisation of a store; `place` is the store's number. */
  call(place: number, path: string, input: unknown, how?: 'query' | 'mutation'): Promise<Called>;
  /** Texts of all answers of the API. */
  answers: string[];
  /** Payloads of all notifications. */
  notified: string[];
  processes: RunningProcess[];
  startWorker(): Promise<RunningProcess>;
  secrets: Map<string, string>;
}

interface Called {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- the untyped client of a stranger
  data: any;
}

async function openWorld(): Promise<World> {
  const db = await createTestDatabase();
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const common = {
    NODE_ENV: 'production',
    DATABASE_URL: db.url,
    MANTIS_SECRET_KEYS: `k1:${sealingKey}`,
    MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
    MANTIS_STORE_CA_FILE: tlsFile('cert'),
    LOG_LEVEL: 'debug',
    // Each organisation connects eight stores here, and some are rejected.
    MANTIS_TRIALS_PER_MINUTE: '100',
  };
  const processes: RunningProcess[] = [];
  const start = async (app: 'api' | 'worker', env: Record<string, string>) => {
    const started = await startProcess(app, { env: { ...common, ...env } });
    processes.push(started);
    return started;
  };
  const startWorker = () =>
    start('worker', {
      WORKER_CONCURRENCY: '12',
      PUBLIC_URL: publicUrl,
      MANTIS_DEAD_AFTER_SECONDS: '2',
    });
  await start('api', { AUTH_SECRET: authSecret, PUBLIC_URL: publicUrl, PORT: String(port) });
  const notified = await listenToAll(db.adminUrl);

  const { apiKeys, link, resetToken } = await makeMember(db.url, publicUrl);
  const linkToken = new URL(link).searchParams.get('token') ?? '';
  const linkSession = sessionOf(await fetch(link, { redirect: 'manual' }));
  const session = await signIn(publicUrl);

  const answers: string[] = [];
  onTestFinished(async () => {
    await Promise.all(processes.map((child) => child.stop('SIGKILL')));
    await db.drop();
  });
  return {
    db,
    answers,
    notified,
    processes,
    startWorker,
    async call(place, path, input, how = 'mutation') {
      const url = `${publicUrl}/trpc/${path}`;
      const text = JSON.stringify(input);
      const key = apiKeys[Math.floor(place / STORES_EACH)] ?? '';
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const response =
        how === 'query'
          ? await fetch(`${url}?input=${encodeURIComponent(text)}`, { headers })
          : await fetch(url, { method: 'POST', headers, body: text });
      const body = await response.text();
      answers.push(`${path}: ${JSON.stringify([...response.headers])} ${body}`);
      return { status: response.status, data: JSON.parse(body).result?.data };
    },
    secrets: new Map([
      ['consumer key', keys.consumerKey],
      ['consumer secret', keys.consumerSecret],
      ...apiKeys.map((key, index): [string, string] => [`API key ${index}`, key]),
      ['password', password],
      ['session token', session],
      ['session token of the link', linkSession],
      ['token of the link', linkToken],
      ['token of a new password', resetToken],
      ['AUTH_SECRET', authSecret],
      ['sealing key', sealingKey],
    ]),
  };
}

/** A person with organisations, a key for each, and a sign-in link. */
async function makeMember(databaseUrl: string, publicUrl: string) {
  const prisma = createPrisma({ url: databaseUrl, max: 2 });
  const log = pino({ level: 'silent' });
  const mails: string[] = [];
  const auth = createAuth({
    prisma,
    secret: authSecret,
    publicUrl,
    allowSignUp: true,
    rateLimit: false,
    mailer: createMailer({
      prisma,
      sendMail: async ({ text }) => void mails.push(text),
      delivers: true,
      log,
    }),
    log,
  });
  try {
    const { user } = await auth.api.signUpEmail({ body: { email, password, name: 'Ada' } });
    // Otherwise using the link would remove a password of an unverified account.
    await prisma.user.update({ where: { id: user.id }, data: { emailVerified: true } });
    const apiKeys: string[] = [];
    for (let n = 0; n * STORES_EACH < Object.keys(stores).length; n++)
      apiKeys.push(await makeOrganisation(prisma, auth, user.id));
    const link = await createSignInLink(auth, email);
    await auth.api.requestPasswordReset({ body: { email } });
    const resetToken = await until(
      'a mail to set a new password',
      () => /reset-password\?token=([\w-]+)/.exec(mails.join(''))?.[1],
    );
    return { apiKeys, link, resetToken };
  } finally {
    await prisma.$disconnect();
  }
}

/** The key of an app that may do everything for a new organisation. */
async function makeOrganisation(prisma: PrismaClient, auth: Auth, userId: string) {
  const { id } = await prisma.organization.create({ data: { name: 'Mantis', slug: randomUUID() } });
  await prisma.member.create({ data: { organizationId: id, userId, role: 'owner' } });
  const { key } = await auth.api.createApiKey({
    body: { name: 'erp', organizationId: id, userId, permissions: { mantis: ['admin'] } },
  });
  return key;
}

async function signIn(publicUrl: string): Promise<string> {
  const response = await fetch(`${publicUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl },
    body: JSON.stringify({ email, password }),
  });
  return sessionOf(response);
}

/** The token in the cookie, without its signature. */
function sessionOf(response: Response): string {
  const cookie = response.headers.getSetCookie().find((text) => text.includes('session_token='));
  const token = decodeURIComponent(/session_token=([^;]+)/.exec(cookie ?? '')?.[1] ?? '').split(
    '.',
  )[0];
  if (!token) throw new Error(`No session: ${response.status}`);
  return token;
}

async function listenToAll(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const payloads: string[] = [];
  client.on('notification', ({ channel, payload }) => payloads.push(`${channel} ${payload}`));
  for (const channel of [RUN_CHANGED_CHANNEL, 'jobs:insert', 'worker:migrate'])
    await client.query(`listen "${channel}"`);
  onTestFinished(() => client.end());
  return payloads;
}

async function openStore(name: string): Promise<WooSim> {
  const { faults = [], options = {} } = stores[name] ?? {};
  const { http = false, ...others } = options;
  const sim = await createWooSim({
    customers: CUSTOMERS,
    guests: 0,
    ...(!http && { tls }),
    keys: [{ ...keys, permissions: 'read_write', userRole: 'administrator' }],
    ...others,
  });
  onTestFinished(() => sim.close());
  const { phone, city, ...names } = person;
  for (let id = 1; id <= CUSTOMERS; id++) {
    const own = { ...names, email: id === 1 ? person.email : `${id}.${person.email}` };
    sim.customers.update(id, { ...own, billing: { ...own, phone, city } });
  }
  if (faults.length > 0) sim.faults.add(...faults);
  return sim;
}

/** The fewest attempts, so that each failure ends. */
const settings = { maxPageAttempts: 2, maxRetries: 1, retryBaseMs: 10, pageSize: 2 };

test('secrets and personal data stay in their tables, whatever fails (S20, S22)', async () => {
  const world = await openWorld();
  const { call, db, processes } = world;
  // One customer that the database itself refuses.
  await db.admin.query('alter table customer add constraint refuses check (woo_id <> 4)');

  await callWithSecrets(world);
  const storeIds: string[] = [];
  for (const [place, name] of Object.keys(stores).entries()) {
    const sim = await openStore(name);
    const input = { name, url: sim.url, ...keys, settings };
    const connected = await call(place, 'store.connect', input);
    expect([name, connected.status]).toEqual([name, 200]);
    storeIds.push(connected.data.id);
  }
  const worker = await world.startWorker();
  const runIds: string[] = [];
  for (const [place, storeId] of storeIds.entries()) {
    const { data } = await call(place, 'sync.start', { storeId });
    runIds.push(data.run.runId);
  }
  await until('active runs', async () => {
    const { rows } = await db.admin.query<{ n: number }>(
      `select count(*)::int as n from woo_customer_sync_queue where state <> 'draft'`,
    );
    return (rows[0]?.n ?? 0) > 5;
  });
  await worker.stop('SIGKILL');
  await world.startWorker();
  await untilAllStand(world);
  for (const [place, runId] of runIds.entries())
    await call(place, 'sync.retry', { runId, override: true });
  await untilAllStand(world);
  await readAll(world, storeIds, runIds);
  for (const [place, runId] of runIds.entries())
    await call(place, 'sync.forceDone', { runId, reason: 'enough' });
  await readAll(world, storeIds, runIds);
  await Promise.all(processes.map((child) => child.stop()));

  const tables = await dumpTables(db.admin);
  await expectNotVacuous(world, tables);
  expect(search(world, tables)).toEqual([]);
});

/** Rejected calls, with secrets in the wrong places. */
async function callWithSecrets({ call }: World): Promise<void> {
  const { consumerKey, consumerSecret } = keys;
  const url = `https://${consumerKey}:${consumerSecret}@shop.example.com`;
  await call(0, 'store.connect', { name: 'x', url, ...keys });
  await call(0, 'store.connect', { name: 'x', url: `http://10.0.0.1/?${inUrl}`, ...keys });
  await call(0, 'store.connect', {
    name: 'x',
    url: 'https://shop.example',
    secret: consumerSecret,
  });
  await call(0, 'store.connect', { name: 7, url: 'x', consumerKey: [consumerKey], consumerSecret });
  await call(0, 'sync.status', { runId: consumerSecret }, 'query');
}

/** A run stops when it is over or only a person can continue it. */
async function untilAllStand({ db }: World): Promise<void> {
  const moving = async () => {
    const { rows } = await db.admin.query(
      `select store.name, queue.state, discovery_state, wait_code, wait_until - now() as wait,
              draft_count, processing_count, page_attempts
         from woo_customer_sync_queue queue join woo_store store on store.id = queue.store_id
        where queue.state in ('draft', 'processing') and not queue.is_action_required
          and store.state = 'active'`,
    );
    return rows;
  };
  await until('all runs without progress', async () => (await moving()).length === 0, 80_000).catch(
    async (error: unknown) => {
      throw new Error(`Still moving: ${JSON.stringify(await moving())}`, { cause: error });
    },
  );
}

async function readAll({ call }: World, storeIds: string[], runIds: string[]): Promise<void> {
  for (const [place, runId] of runIds.entries()) {
    await call(place, 'sync.status', { runId }, 'query');
    await call(place, 'sync.lines', { runId, limit: 100 }, 'query');
    await call(place, 'sync.activity', { runId, limit: 100 }, 'query');
  }
  for (const [place, storeId] of storeIds.entries())
    await call(place, 'store.get', { storeId }, 'query');
  for (let place = 0; place < storeIds.length; place += STORES_EACH) {
    await call(place, 'store.list', undefined, 'query');
    await call(place, 'sync.list', { limit: 100 }, 'query');
  }
}

/** A line contains its customer's id and the invalid value in these fields only. */
const CUSTOMER_OF_LINE = /("wooCustomerId":(?:\d+|null)),"name":"[^"]*","email":"[^"]*"/g;

/** The tables of customers, the only place for personal data. Store keys are encrypted. */
const CUSTOMER_TABLES = new Set(['public.customer', 'public.customer_change', 'public.guest']);

function withoutCustomersOfLines(text: string): string {
  return text.replaceAll(CUSTOMER_OF_LINE, '$1').replaceAll(/"received":"(?:[^"\\]|\\.)*"/g, '');
}

function search(world: World, tables: Map<string, string>): Hit[] {
  const { answers, notified, processes, secrets } = world;
  const personal = new Map(Object.entries(person));
  const everywhere = new Map([...secrets, ...personal, ['e-mail of a member', email]]);
  const hits = [
    ...answers.flatMap((text) => [
      ...findSentinels('answer', text, secrets),
      ...findSentinels('answer', withoutCustomersOfLines(text), everywhere),
    ]),
    ...notified.flatMap((text) => findSentinels('notification', text, everywhere)),
    ...processes.flatMap((child) => findSentinels('output', child.printed(), everywhere)),
  ];
  for (const [name, text] of tables) {
    hits.push(...findSentinels(name, text, secrets));
    // A line keeps what the store sent until it is applied.
    const isCustomers = CUSTOMER_TABLES.has(name) || name.endsWith('_queue_line');
    if (!isCustomers) hits.push(...findSentinels(name, text, personal));
    if (name.includes('activity') || name.startsWith('graphile_worker.'))
      hits.push(...findSentinels(name, text, everywhere));
  }
  return hits;
}

/** The search examines something, and finds what exists. */
async function expectNotVacuous({ db, ...world }: World, tables: Map<string, string>) {
  expect(world.answers.length).toBeGreaterThan(200);
  expect(world.answers.some((text) => text.search(CUSTOMER_OF_LINE) >= 0)).toBe(true);
  expect(
    world.notified.filter((text) => text.startsWith(RUN_CHANGED_CHANNEL)).length,
  ).toBeGreaterThan(50);
  expect(world.notified.some((text) => text.startsWith('jobs:insert'))).toBe(true);
  for (const child of world.processes) expect(child.printed()).not.toBe('');
  const personal = new Map(Object.entries(person));
  const kept = findSentinels('kept', tables.get('public.customer') ?? '', personal);
  expect(new Set(kept.map(({ what }) => what))).toEqual(new Set(Object.keys(person)));
  const { rows } = await db.admin.query<{ code: string }>(
    `select action_code as code from woo_customer_sync_queue where action_code is not null
     union select discovery_error_code from woo_customer_sync_queue
     union select error_code from woo_customer_sync_queue_line
     union select last_error_code from woo_store
     union select data ->> 'code' from woo_sync_activity`,
  );
  expect(rows.length).toBeGreaterThan(20);
  const { rows: lines } = await db.admin.query<{ text: string }>(
    'select concat(error_code, error_message) as text from woo_customer_sync_queue_line',
  );
  expect(lines.flatMap(({ text }) => findSentinels('line', text, personal))).toEqual([]);
}
