import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import {
  armFailpoint,
  createNotificationDispatcher,
  createNotificationService,
  FailpointError,
  NOTIFICATION_TOPICS,
  type NotificationService,
  parseKeyring,
  type NotifierDeps,
  sendNotifications,
} from '@mantis-sync/sync-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createNotificationMailer } from '../src/notification-mailer.ts';
import { portOf } from '../../../test/support/free-port.ts';

interface Received {
  path: string;
  id: string;
  body: {
    type: string;
    text: string;
    items: { storeName: string; topic: string; code: string; url: string }[];
  };
}

let db: TestDatabase;
let receiver: Server;
let smtp: SMTPServer;
let notifications: NotificationService;
let deps: NotifierDeps;
let orgId: string;
let received: Received[];
let mails: string[];
/** What the receiver answers with. */
let status: number;

const keyring = parseKeyring(`k1:${randomBytes(32).toString('base64')}`);
const allowHosts = ['127.0.0.1'];
const publicUrl = 'https://sync.example';
const log = { info() {}, warn() {}, error() {} };
const actor = { type: 'user', id: 'u1', name: 'Ada' } as const;
const events = [...NOTIFICATION_TOPICS];

beforeAll(async () => {
  db = await createTestDatabase();
  await db.admin.query(`
    create table mantis.test_clock as select timestamptz '2026-01-01T00:00:00Z' as now;
    grant select on mantis.test_clock to public;
    create or replace function mantis.now() returns timestamptz language sql volatile parallel safe
      as 'select now from mantis.test_clock'`);
  receiver = createServer(async (request: IncomingMessage, response) => {
    received.push({
      path: request.url ?? '',
      id: String(request.headers['idempotency-key']),
      body: JSON.parse(await text(request)),
    });
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: string[] = [];
      stream.on('data', (part) => parts.push(String(part)));
      stream.on('end', () => {
        mails.push(parts.join(''));
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  notifications = createNotificationService({
    database: db.database,
    keyring,
    allowHosts,
    publicUrl,
    canSendMail: true,
  });
  deps = {
    database: db.database,
    keyring,
    publicUrl,
    dispatcher: createNotificationDispatcher({ allowHosts }),
    sendMail: createNotificationMailer({
      url: `smtp://127.0.0.1:${portOf(smtp.server)}`,
      from: 'sync@mantis.example',
    }),
    log,
  };
});
afterAll(async () => {
  await deps.dispatcher.close();
  receiver.close();
  await new Promise<void>((done) => smtp.close(() => done()));
  await db.drop();
});

beforeEach(async () => {
  [received, mails, status] = [[], [], 200];
  orgId = randomUUID();
  await db.admin.query(
    `insert into organization (id, name, slug) values ($1, 'Acme', $1::uuid::text)`,
    [orgId],
  );
});
afterEach(() => db.admin.query('delete from organization where id = $1', [orgId]));

const caller = () => ({ orgId, actor });

function addChannel(kind: 'slack' | 'json' = 'json', topics = events) {
  const url = `http://127.0.0.1:${portOf(receiver)}/hooks/${kind}`;
  return notifications.addChannel(caller(), { kind, name: 'Chat', url, events: topics });
}

async function addMember(email = `${randomUUID()}@people.example`): Promise<{ id: string }> {
  const { rows } = await db.admin.query<{ id: string }>(
    `with person as (
       insert into auth_user (name, email) values ('Ada', $1) returning id),
     member as (
       insert into organization_member (organization_id, user_id, role)
       select $2, id, 'owner' from person)
     select id from person`,
    [email, orgId],
  );
  return rows[0]!;
}

async function addStore(name = 'Shop', host: string = `${randomUUID()}.example`): Promise<string> {
  const { rows } = await db.admin.query<{ id: string }>(
    `insert into woo_store
       (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
     values ($1, $2, 'https://' || $3 || '/' || gen_random_uuid(), '', '', 'k1', 'abcd') returning id`,
    [orgId, name, host],
  );
  return rows[0]!.id;
}

const pause = (storeId: string, code = 'wrong_key') =>
  db.admin.query(
    `update woo_store set state = 'paused', pause_code = $2, pause_reason = 'x', paused_at = now()
      where id = $1`,
    [storeId, code],
  );
const resume = (storeId: string) =>
  db.admin.query(
    `update woo_store set state = 'active', pause_code = null, pause_reason = null, paused_at = null
      where id = $1`,
    [storeId],
  );
const pass = (minutes: number) =>
  db.admin.query('update mantis.test_clock set now = now + make_interval(mins => $1)', [minutes]);

/** Checks, waits for further events, and sends. */
async function tell(): Promise<void> {
  await sendNotifications(deps);
  await pass(6);
  await sendNotifications(deps);
}

test('a paused store is reported once, and again when it is active', async () => {
  await addChannel();
  const storeId = await addStore();
  await pause(storeId);
  await tell();
  await tell();
  expect(received).toMatchObject([
    {
      path: '/hooks/json',
      body: {
        type: 'attention_needed',
        items: [
          {
            topic: 'store_paused',
            code: 'wrong_key',
            storeName: 'Shop',
            url: `${publicUrl}/stores/${storeId}`,
          },
        ],
      },
    },
  ]);
  await resume(storeId);
  await tell();
  await tell();
  expect(received).toHaveLength(2);
  expect(received[1]?.body.type).toBe('resolved');
});

test('fifty stores on one host are one message', async () => {
  await addChannel('slack');
  for (let number = 0; number < 50; number += 1)
    await pause(await addStore(`Shop ${number}`, 'host.example'));
  await tell();
  expect(received).toHaveLength(1);
  expect(received[0]?.body.text).toContain('*[Acme] 50 stores need attention*');
  expect(received[0]?.body.text).toContain('… and 40 more');
});

test('several concurrent workers report each event once', async () => {
  await addChannel();
  await addChannel('slack');
  await pause(await addStore());
  const atOnce = () => Promise.all(Array.from({ length: 6 }, () => sendNotifications(deps)));
  await atOnce();
  await pass(6);
  await atOnce();
  await pass(6);
  await atOnce();
  expect(received.map(({ path }) => path).toSorted()).toEqual(['/hooks/json', '/hooks/slack']);
});

test('a message whose worker crashed is sent again with the same id', async () => {
  await addChannel();
  await pause(await addStore());
  await sendNotifications(deps);
  await pass(6);
  const armed = armFailpoint('notification.sent:1:throw');
  await expect(sendNotifications(deps)).rejects.toThrow(FailpointError);
  armed.disarm();
  await sendNotifications(deps);
  expect(received).toHaveLength(1);
  await pass(6);
  await tell();
  expect(received).toHaveLength(2);
  expect(received[1]).toEqual(received[0]);
});

test('a failing receiver is retried with growing delays, and the channel shows the error', async () => {
  await addChannel();
  await pause(await addStore());
  status = 503;
  await tell();
  await sendNotifications(deps);
  expect(received).toHaveLength(1);
  expect(await notifications.channels(caller())).toMatchObject([
    { lastSentAt: null, lastError: 'The address answered with status 503.' },
  ]);
  status = 200;
  await pass(1);
  await sendNotifications(deps);
  expect(received).toHaveLength(2);
  expect(received[1]?.id).toBe(received[0]?.id);
  expect(await notifications.channels(caller())).toMatchObject([
    { lastSentAt: expect.any(Date), lastError: null },
  ]);
});

test('a redirect is not followed', async () => {
  await addChannel();
  await pause(await addStore());
  status = 302;
  await tell();
  expect(received.map(({ path }) => path)).toEqual(['/hooks/json']);
});

test('problems resolved before a message was sent are not reported', async () => {
  await addChannel();
  const storeId = await addStore();
  await pause(storeId);
  await sendNotifications(deps);
  await resume(storeId);
  await tell();
  expect(received).toEqual([]);
});

test('a pause by a person is not reported', async () => {
  await addChannel();
  await pause(await addStore(), 'paused_by_person');
  await tell();
  expect(received).toEqual([]);
});

test('a channel gets only its topics, and a new one gets open incidents', async () => {
  await addChannel('json', ['webhooks_disabled']);
  const storeId = await addStore();
  await pause(storeId);
  await tell();
  expect(received).toEqual([]);
  await addChannel('slack', ['store_paused']);
  await tell();
  expect(received.map(({ path }) => path)).toEqual(['/hooks/slack']);
});

test('a run, rejected webhooks and late runs are reported with links', async () => {
  await addChannel();
  const storeId = await addStore();
  const { rows } = await db.admin.query<{ id: string }>(
    `insert into woo_customer_sync_queue
       (org_id, store_id, request_hash, actor_type, is_action_required, action_code, action_reason)
     values ($1, $2, '\\x00', 'user', true, 'rounds_exhausted', '3 customers still fail.') returning id`,
    [orgId, storeId],
  );
  await db.admin.query(
    `insert into woo_webhook_endpoint (org_id, store_id, secret_cipher, cipher_key_id, state)
     values ($1, $2, '', 'k1', 'refused')`,
    [orgId, storeId],
  );
  await db.admin.query(
    `insert into sync_schedule (org_id, store_id, kind, cron, next_run_at) values ($1, $2, 'delta', '*/15 * * * *', mantis.now())`,
    [orgId, storeId],
  );
  await db.admin.query(
    `insert into store_freshness (org_id, store_id, refreshed_at)
     values ($1, $2, mantis.now() - interval '2 hours')`,
    [orgId, storeId],
  );
  await tell();
  expect(received).toHaveLength(1);
  expect(received[0]?.body.items.map(({ topic, url }) => [topic, url]).toSorted()).toEqual([
    ['freshness_broken', `${publicUrl}/stores/${storeId}`],
    ['run_needs_attention', `${publicUrl}/runs/${rows[0]!.id}`],
    ['webhooks_disabled', `${publicUrl}/stores/${storeId}`],
  ]);
});

test('a person who asked for it gets a mail; one who has left gets none', async () => {
  const [ada, eve] = [await addMember('ada@people.example'), await addMember()];
  await notifications.setMine(caller(), ada, { email: true, events });
  await notifications.setMine(caller(), eve, { email: true, events });
  await db.admin.query('delete from organization_member where user_id = $1', [eve.id]);
  await pause(await addStore('Café'));
  await tell();
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain('To: ada@people.example');
  expect(mails[0]).toMatch(/^Message-ID: <[\da-f-]{36}@sync\.example>/m);
  await notifications.setMine(caller(), ada, { email: false, events });
  expect(await notifications.mine(caller(), ada)).toMatchObject({ email: false });
});

test('an address on a private network is refused when it is given', async () => {
  const input = { kind: 'json', name: 'x', url: 'http://169.254.169.254/', events } as const;
  await expect(notifications.addChannel(caller(), input)).rejects.toMatchObject({
    code: 'invalid_address',
  });
});

test('a name that resolves to a private network is rejected at delivery', async () => {
  await addChannel();
  await pause(await addStore());
  const guarded = createNotificationDispatcher({ allowHosts: [] });
  await sendNotifications({ ...deps, dispatcher: guarded });
  await pass(6);
  await sendNotifications({ ...deps, dispatcher: guarded });
  await guarded.close();
  expect(received).toEqual([]);
  expect(await notifications.channels(caller())).toMatchObject([
    { lastError: 'The address is not allowed.' },
  ]);
});

test('another organisation sees, changes and tests no channel of this one', async () => {
  const { id } = await addChannel();
  const eve = { orgId: randomUUID(), actor };
  expect(await notifications.channels(eve)).toEqual([]);
  for (const act of ['updateChannel', 'removeChannel', 'testChannel'] as const)
    await expect(notifications[act](eve, { channelId: id })).rejects.toMatchObject({
      code: 'channel_not_found',
    });
  expect(await notifications.channels(caller())).toHaveLength(1);
});

test('a channel can be tested, and its address is never returned', async () => {
  const channel = await addChannel('slack');
  expect(await notifications.testChannel(caller(), { channelId: channel.id })).toEqual({
    ok: true,
    message: 'The test message was sent.',
  });
  await notifications.testChannel(caller(), { channelId: (await addChannel('json')).id });
  expect(received).toMatchObject([
    {
      path: '/hooks/slack',
      body: { text: expect.stringMatching(/^\*Test: .*\nThis is a test: /) },
    },
    { path: '/hooks/json', body: { type: 'test', items: [{ topic: 'store_paused' }] } },
  ]);
  status = 404;
  expect(await notifications.testChannel(caller(), { channelId: channel.id })).toEqual({
    ok: false,
    message: 'The address answered with status 404.',
  });
  expect(received).toHaveLength(3);
  expect(JSON.stringify(await notifications.channels(caller()))).not.toContain('/hooks/');
});
