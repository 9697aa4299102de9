import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createNotificationService, parseKeyring, rotateKeys } from '@mantis-sync/sync-core';
import { expect, test } from 'vitest';
import { openStore, type OpenStore } from '../support/open-store.ts';
import { isOver, openWorld } from '../support/open-world.ts';
import { until } from '../support/until.ts';

const cli = join(import.meta.dirname, '../../apps/worker/src/rotate-keys-cli.ts');
const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** What an operator runs, and what it printed. */
async function rotateByCommand(databaseUrl: string, secretKeys: string) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: databaseUrl,
    MANTIS_SECRET_KEYS: secretKeys,
  };
  const run = promisify(execFile)(process.execPath, [cli], { env });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, printed: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      printed: error.stdout + error.stderr,
    }),
  );
}

async function keyIds({ db }: Pick<OpenStore, 'db'>): Promise<string[]> {
  const { rows } = await db.admin.query<{ id: string }>(
    `select cipher_key_id as id from woo_store
     union select cipher_key_id from woo_webhook_endpoint order by id`,
  );
  return rows.map(({ id }) => id);
}

test('keys are rotated by one command during a run, and the old key can be removed (S23)', async () => {
  const [k1, k2] = [newKey('k1'), newKey('k2')];
  const world = await openWorld({
    customers: 400,
    webhooks: true,
    secretKeys: `${k1},${k2}`,
  });
  const { app, db, sim, storeId, startWorker, untilRun } = world;
  const first = await startWorker();
  // The store serves no further page until the rotation is over.
  const rotated = Promise.withResolvers<void>();
  sim.faults.add({
    route: '/wc/v3/customers',
    skip: 2,
    fault: { kind: 'hook', run: () => rotated.promise },
  });
  const { run } = await app.sync.start.mutate({ storeId });
  await untilRun(run.runId, 'a run that reads', ({ discovery }) => discovery.pages >= 1);
  await until('an endpoint for webhooks', async () => {
    const { rows } = await db.admin.query('select from woo_webhook_endpoint');
    return rows.length === 1;
  });

  const { code, printed } = await rotateByCommand(db.url, `${k2},${k1}`);
  rotated.resolve();
  expect(printed).toContain('1 stores: 2 secrets re-encrypted with "k2", 0 already current.');
  expect(printed).toContain('in use: "k2" (2 secrets)');
  expect(printed).toContain('Every other key can be removed');
  expect(code).toBe(0);
  for (const secret of [k1.slice(3), k2.slice(3), ...Object.values(sim.defaultCredentials)])
    expect(printed).not.toContain(secret);
  expect(await keyIds({ db })).toEqual(['k2']);
  expect(await untilRun(run.runId, 'a run that is over', isOver)).toMatchObject({
    state: 'done',
    counts: { total: 400, done: 400 },
  });

  await first.stop();
  await startWorker({ secretKeys: k2 });
  const again = await app.sync.start.mutate({ storeId });
  expect(await untilRun(again.run.runId, 'a run without the old key', isOver)).toMatchObject({
    state: 'done',
  });
  const second = await rotateByCommand(db.url, k2);
  expect(second.printed).toContain('0 secrets re-encrypted with "k2", 2 already current.');
});

test('a rotation names the keys that are still in use, and reports failures (S23)', async () => {
  const store = await openStore({ customers: 1 });
  const { code, printed } = await rotateByCommand(store.db.url, newKey('k9'));
  expect(code).toBe(1);
  expect(printed).toContain('1 cannot be decrypted with any of these keys');
  expect(printed).toContain('Keep "k1" in MANTIS_SECRET_KEYS.');
});

test('a rotation never overwrites keys that are changed meanwhile (S23)', async () => {
  const store = await openStore({ customers: 1 });
  const { db, keyring, secretKeys, storeId, caller } = store;
  const newer = parseKeyring(`${newKey('k2')},${secretKeys}`);
  const owner = { orgId: caller.orgId, storeId };
  const given = {
    key: keyring.seal('ck_given', { ...owner, field: 'consumer_key' }),
    secret: keyring.seal('cs_given', { ...owner, field: 'consumer_secret' }),
  };
  const person = await db.openSession();
  await person.query('begin');
  await person.query(
    'update woo_store set consumer_key_cipher = $2, consumer_secret_cipher = $3 where id = $1',
    [storeId, given.key.cipher, given.secret.cipher],
  );
  const rotating = rotateKeys({ database: db.database, keyring: newer });
  await db.untilBlocked();
  await person.query('commit');
  expect(await rotating).toMatchObject({ resealed: 1, contended: 0, keysInUse: { k2: 1 } });
  const { rows } = await db.admin.query<{ cipher: Buffer; keyId: string }>(
    'select consumer_secret_cipher as cipher, cipher_key_id as "keyId" from woo_store',
  );
  expect(newer.open(rows[0]!, { ...owner, field: 'consumer_secret' })).toBe('cs_given');
});

test('addresses of notification channels are re-encrypted too, and still open (S23)', async () => {
  const { db, caller, keyring, secretKeys } = await openStore({ customers: 1 });
  const options = {
    allowHosts: ['127.0.0.1'],
    publicUrl: 'https://sync.example',
    canSendMail: false,
  };
  const service = createNotificationService({ database: db.database, keyring, ...options });
  const url = 'http://127.0.0.1:1/hook';
  await service.addChannel(caller, { kind: 'json', name: 'Chat', url, events: [] });
  const rotated = parseKeyring(`${newKey('k2')},${secretKeys}`);
  const result = await rotateKeys({ database: db.database, keyring: rotated });
  expect(result).toMatchObject({ resealed: 2, keysInUse: { k2: 2 } });
  const { rows } = await db.admin.query<{ id: string; cipher: Buffer; keyId: string }>(
    'select id, url_cipher as cipher, cipher_key_id as "keyId" from notification_channel',
  );
  const owner = { orgId: caller.orgId, storeId: rows[0]!.id, field: 'notification_url' } as const;
  expect(rotated.open(rows[0]!, owner)).toBe(url);
});

/** Ways in which the row of a store could contain the keys of another. */
const damages: [string, (store: OpenStore) => Promise<void>][] = [
  [
    'one bit flipped',
    async ({ db }) => {
      await db.admin.query(
        `update woo_store
            set consumer_secret_cipher = set_bit(consumer_secret_cipher, 300, 1 - get_bit(consumer_secret_cipher, 300))`,
      );
    },
  ],
  [
    'an unknown key id',
    async ({ db }) => {
      await db.admin.query(`update woo_store set cipher_key_id = 'k7'`);
    },
  ],
  ['the keys of a store of another organisation', (store) => takeKeysOf(store, randomUUID())],
  ['the keys of another store', (store) => takeKeysOf(store, store.caller.orgId)],
];

async function takeKeysOf(store: OpenStore, orgId: string): Promise<void> {
  const { db, keyring, sim } = store;
  const storeId = randomUUID();
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  await db.admin.query(
    'update woo_store set consumer_key_cipher = $1, consumer_secret_cipher = $2',
    [
      keyring.seal(consumerKey, { orgId, storeId, field: 'consumer_key' }).cipher,
      keyring.seal(consumerSecret, { orgId, storeId, field: 'consumer_secret' }).cipher,
    ],
  );
}

test.each(damages)(
  '%s stops the run once, with the reason, and new keys set it going (S23, F72)',
  async (_what, damage) => {
    const store = await openStore({ customers: 30 });
    const { caller, sim, storeId, stores, sync } = store;
    await damage(store);
    let failed = sim.requests.length;
    const run = await store.run('full');
    failed = sim.requests.length - failed;

    expect(run).toMatchObject({
      state: 'failed',
      isActionRequired: true,
      action: { code: 'credentials', reason: expect.stringContaining('MANTIS_SECRET_KEYS') },
    });
    expect(failed).toBe(0);
    const view = await stores.get(caller, { storeId });
    expect(view).toMatchObject({ state: 'paused', pause: { code: 'credentials' } });
    for (const secret of Object.values(sim.defaultCredentials))
      expect(JSON.stringify([run, view])).not.toContain(secret);

    await stores.update(caller, { storeId, ...sim.defaultCredentials });
    await sync.retry(caller, { runId: run.runId, override: true });
    expect(await store.drive(run.runId)).toMatchObject({ state: 'done', counts: { done: 30 } });
  },
);

test('keys that no longer open when a customer is read again pause the store (S23, F72)', async () => {
  const store = await openStore({ customers: 10 });
  const { caller, sim, storeId, stores, sync, worker } = store;
  sim.faults.add({ fault: { kind: 'patch-row', ids: [3], remove: ['email', 'username'] } });
  const { run } = await sync.start(caller, { storeId });
  const job = { orgId: caller.orgId, runId: run.runId };
  const { signal } = new AbortController();
  await worker.discover(job, signal);
  await worker.process(job, signal);
  await store.db.admin.query(`update woo_store set cipher_key_id = 'k7'`);
  const paused = await store.drive(run.runId);
  expect(paused).toMatchObject({
    phase: 'paused',
    action: { code: 'credentials' },
    counts: { done: 9, draft: 1 },
  });
  expect(await stores.get(caller, { storeId })).toMatchObject({ state: 'paused' });
});
