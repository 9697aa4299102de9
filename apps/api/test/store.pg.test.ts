import { createWooSim, type WooSim } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, query } from '../../../test/support/call.ts';
import { insertStore } from '../../../test/support/drive-run.ts';
import { signInMember } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let sim: WooSim;
beforeAll(async () => {
  [api, sim] = await Promise.all([startTestApi(), createWooSim({ customers: 3 })]);
});
afterAll(() => Promise.all([api.close(), sim.close()]));

function connection(change: object = {}) {
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  return { name: 'Shop', url: sim.url, consumerKey, consumerSecret, ...change };
}

test('a store that responds is connected, and its keys are never returned', async () => {
  const ada = await signInMember(api);
  const { cookie } = ada;
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  const connected = await mutate(api, 'store.connect', connection(), { cookie });
  expect(connected.status).toBe(200);
  const { data } = connected.body.result;
  expect(data).toMatchObject({
    name: 'Shop',
    state: 'active',
    keyHint: consumerKey.slice(-4),
    settings: { batchSize: 50, batchDelayMs: 2_000 },
    customers: 0,
    lastRun: null,
  });
  const paused = await mutate(
    api,
    'store.pause',
    { storeId: data.id, reason: 'stocktaking' },
    { cookie },
  );
  expect(paused.body.result.data).toMatchObject({
    state: 'paused',
    pause: { reason: 'stocktaking' },
  });
  const refused = await mutate(api, 'sync.start', { storeId: data.id }, { cookie });
  expect(refused).toMatchObject({
    status: 409,
    body: { error: { data: { code: 'store_paused', advice: expect.any(String) } } },
  });
  await mutate(api, 'store.resume', { storeId: data.id }, { cookie });
  const listed = await query(api, 'store.list', undefined, { cookie });
  expect(listed.body.result.data).toMatchObject([{ id: data.id, state: 'active', pause: null }]);

  const seen =
    JSON.stringify([connected.body, paused.body, refused.body, listed.body]) + api.logged();
  expect(seen).not.toContain(consumerKey);
  expect(seen).not.toContain(consumerSecret);
});

test('wrong keys are rejected with a fix, and never echoed', async () => {
  const { cookie } = await signInMember(api);
  const consumerSecret = 'cs_0000000000000000000000000000000000000000';
  const { status, body } = await mutate(api, 'store.connect', connection({ consumerSecret }), {
    cookie,
  });
  expect(status).toBe(422);
  expect(body.error.data).toMatchObject({
    code: expect.stringMatching(/^(wrong_secret|key_refused|bad_signature)$/),
    advice: expect.stringMatching(/secret/i),
  });
  expect(JSON.stringify(body) + api.logged()).not.toContain(consumerSecret);
});

test('a forbidden address is rejected', async () => {
  const { cookie } = await signInMember(api);
  const { status, body } = await mutate(
    api,
    'store.connect',
    connection({ url: 'http://169.254.169.254/' }),
    { cookie },
  );
  expect(status).toBe(422);
  expect(body.error.data.code).toBe('unsafe_address');
});

test('the consumer key and its secret must be changed together', async () => {
  const { cookie } = await signInMember(api);
  const { body } = await mutate(api, 'store.connect', connection(), { cookie });
  const storeId = body.result.data.id;
  const half = await mutate(api, 'store.update', { storeId, consumerKey: 'ck_new' }, { cookie });
  expect(half.status).toBe(400);
  expect(half.body.error.data.code).toBe('invalid_input');
});

test.each([
  ['@daily', '0 0 * * *'],
  [' 30  2 * * * ', '30 2 * * *'],
])('the schedule “%s” can be previewed and saved', async (cron, kept) => {
  const owner = await signInMember(api);
  const headers = { cookie: owner.cookie };
  const table = { cron, timeZone: 'Europe/Zurich' };
  const preview = await query(api, 'schedule.preview', table, headers);
  const storeId = await insertStore(api, owner);
  const saved = await mutate(api, 'schedule.set', { storeId, kind: 'full', ...table }, headers);
  expect(saved.status).toBe(200);
  expect(saved.body.result.data).toMatchObject({
    cron: kept,
    nextRunAt: preview.body.result.data.next[0],
  });
});

test.each(['@reboot', 'every day', '* * * *'])(
  'the schedule “%s” is rejected by the preview and when saved',
  async (cron) => {
    const owner = await signInMember(api);
    const headers = { cookie: owner.cookie };
    const table = { cron, timeZone: 'UTC' };
    const storeId = await insertStore(api, owner);
    const preview = await query(api, 'schedule.preview', table, headers);
    const schedule = { storeId, kind: 'full', ...table };
    const refused = await mutate(api, 'schedule.set', schedule, headers);
    expect(refused.status).toBe(400);
    const { code, message } = { ...refused.body.error, ...refused.body.error.data };
    expect(code).toBe('invalid_schedule');
    // It is no error while typing, or each key would log one in the browser's console.
    expect(preview.body.result.data).toEqual({ next: [], problem: message });
  },
);

test('settings are added to those that a store has, and each change is in its activity', async () => {
  const { cookie, storeId } = await addStore({ settings: { batchSize: 25 } });
  const changes = { storeId, settings: { pace: 'gentle' } };
  const changed = await mutate(api, 'store.update', changes, { cookie });
  expect(changed.body.result.data.settings).toMatchObject({ batchSize: 25, pace: 'gentle' });

  await mutate(api, 'store.pause', { storeId, reason: 'stocktaking' }, { cookie });
  await mutate(api, 'store.resume', { storeId }, { cookie });
  await mutate(api, 'sync.start', { storeId }, { cookie });
  // What no person did is left out.
  await api.db.admin.query(
    `insert into woo_sync_activity (org_id, store_id, event, message, actor_type)
     select org_id, id, 'webhooks.checked', 'Checked.', 'system' from woo_store where id = $1`,
    [storeId],
  );
  const first = await query(api, 'store.activity', { storeId, limit: 3 }, { cookie });
  const { items, nextCursor } = first.body.result.data;
  const rest = await query(api, 'store.activity', { storeId, cursor: nextCursor }, { cookie });
  const all = [...items, ...rest.body.result.data.items];
  expect(all.map(({ event }: { event: string }) => event)).toEqual([
    'run.started',
    'store.resumed',
    'store.paused',
    'store.updated',
    'store.connected',
  ]);
  expect(all[3]).toMatchObject({ message: 'Changed pace to gentle.', actor: { name: 'Ada' } });
});

test('runs are added up by day of the reader, without gaps, and webhook runs count as changes alone', async () => {
  const { cookie, storeId } = await addStore();
  const now = Date.now();
  const insertRun = (kind: string, hoursAgo: number, seconds: number) =>
    api.db.admin.query(
      `insert into woo_customer_sync_queue
              (org_id, store_id, kind, state, request_hash, actor_type, discovery_state, total_count, done_count,
               failed_count, created_count, updated_count, waited_ms, created_at, started_at, finished_at)
       select org_id, id, $2, 'partial', '\\x00', 'cron', 'complete',
              6, 4, 2, 3, 1, 5000, at, at, at + make_interval(secs => $4)
         from woo_store, lateral (select $3::timestamptz as at) run where id = $1`,
      [storeId, kind, new Date(now - hoursAgo * 3_600_000), seconds],
    );
  await insertRun('full', 48, 65);
  await insertRun('delta', 48, 25);
  await insertRun('webhook', 48, 900);
  // In progress: is not counted.
  await mutate(api, 'sync.start', { storeId }, { cookie });
  const input = { storeId, days: 4, timeZone: 'Pacific/Kiritimati' };
  const { body } = await query(api, 'store.runDays', input, { cookie });
  const dayOf = (daysAgo: number) =>
    new Intl.DateTimeFormat('sv', { timeZone: input.timeZone }).format(now - daysAgo * 86_400_000);
  const none = { runs: 0, longestSeconds: 0, failed: 0, changed: 0 };
  expect(body.result.data).toEqual([
    { date: dayOf(3), ...none },
    { date: dayOf(2), runs: 2, longestSeconds: 60, failed: 4, changed: 12 },
    { date: dayOf(1), ...none },
    { date: dayOf(0), ...none },
  ]);
  const refused = await query(api, 'store.runDays', { ...input, timeZone: 'Mars' }, { cookie });
  expect(refused.status).toBe(400);
});

test('a store is removed by a program without its name, and by a person with the right one', async () => {
  const { cookie, storeId } = await addStore();
  const wrong = { storeId, confirmName: 'Another shop' };
  const refused = await mutate(api, 'store.remove', wrong, { cookie });
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { data: { code: 'name_mismatch' } } },
  });
  const removed = await mutate(api, 'store.remove', { storeId, confirmName: ' Shop ' }, { cookie });
  expect(removed.status).toBe(200);
});

test('a warning of the connection is dismissed and shown again; a problem cannot be dismissed', async () => {
  const { cookie, storeId } = await addStore();
  const finding = (level: string, code: string) => ({
    check: 'pace',
    level,
    code,
    message: 'x',
    cure: null,
  });
  const findings = [finding('warning', 'slow'), finding('problem', 'keys_refused')];
  await api.db.admin.query(
    'update woo_store set diagnosis = $2, diagnosed_at = now() where id = $1',
    [storeId, JSON.stringify({ isHealthy: false, findings, pace: null, clockAheadMs: null })],
  );
  const dismiss = async (code: string, isDismissed: boolean) => {
    const change = { storeId, code, isDismissed };
    const { body } = await mutate(api, 'store.dismissFinding', change, { cookie });
    return body.result.data.dismissedFindings;
  };
  expect(await dismiss('slow', true)).toEqual(['slow']);
  expect(await dismiss('keys_refused', true)).toEqual(['slow']);
  expect(await dismiss('slow', false)).toEqual([]);
  // A warning that is gone for a while is a new one when it returns.
  expect(await dismiss('slow', true)).toEqual(['slow']);
  await mutate(api, 'store.diagnose', { storeId }, { cookie });
  const { body } = await query(api, 'store.get', { storeId }, { cookie });
  expect(body.result.data.dismissedFindings).toEqual([]);
});

/** A connected store of a person of her own. */
async function addStore(change: object = {}) {
  const { cookie } = await signInMember(api, 'Ada');
  const { body } = await mutate(api, 'store.connect', connection(change), { cookie });
  return { cookie, storeId: body.result.data.id };
}
