import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../src/routers/app-router.ts';
import { mutate, query } from '../../../test/support/call.ts';
import { driveRun, insertStore } from '../../../test/support/drive-run.ts';
import { signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

interface Ids {
  storeId: string;
  runId: string;
}

/** A right input of every procedure that takes the id of a run or store; null for those that take none. */
const inputs: Record<string, ((ids: Ids) => Record<string, unknown>) | null> = {
  // About the person who asks: see access.pg.test.ts.
  'account.acceptInvitation': null,
  'account.createOrganisation': null,
  'account.invitations': null,
  'account.leaveOrganisation': null,
  'account.me': null,
  'account.session': null,
  'account.organisations': null,
  'account.rejectInvitation': null,
  'account.revokeOtherSessions': null,
  'account.revokeSession': null,
  'account.sessions': null,
  'account.setPassword': null,
  'account.signInMethods': null,
  'account.signInOptions': null,
  'account.switchOrganisation': null,
  'customer.facets': ({ storeId }) => ({ storeId }),
  'customer.get': ({ storeId }) => ({ storeId, wooId: 7 }),
  'customer.history': ({ storeId }) => ({ storeId, wooId: 7 }),
  'customer.refresh': ({ storeId }) => ({ storeId, wooId: 7 }),
  'customer.search': ({ storeId }) => ({ storeId }),
  // By a secret link; see access.pg.test.ts.
  'invitation.accept': null,
  'invitation.decline': null,
  'invitation.find': null,
  'invitation.join': null,
  // Ids of other kinds: see access.pg.test.ts.
  'key.create': null,
  'key.list': null,
  'key.revoke': null,
  'member.cancelInvitation': null,
  'member.changeRole': null,
  'member.invitations': null,
  'member.invite': null,
  'member.list': null,
  'member.log': null,
  'member.remove': null,
  'member.resendInvitation': null,
  // Channels: see notifications.pg.test.ts of the worker.
  'notification.addChannel': null,
  'notification.channels': null,
  'notification.mine': null,
  'notification.removeChannel': null,
  'notification.setMine': null,
  'notification.testChannel': null,
  'notification.updateChannel': null,
  // The organisation's own, by no id.
  'organisation.setRetention': null,
  'organisation.setVolatileMetaKeys': null,
  'organisation.settings': null,
  'schedule.list': ({ storeId }) => ({ storeId }),
  'schedule.pause': ({ storeId }) => ({ storeId, kind: 'delta' }),
  'schedule.preview': null,
  'schedule.resume': ({ storeId }) => ({ storeId, kind: 'delta' }),
  'schedule.set': ({ storeId }) => ({
    storeId,
    kind: 'delta',
    cron: '0 * * * *',
    timeZone: 'UTC',
  }),
  'store.connect': null,
  // By addresses, and by an id that is one person's: see authorization.pg.test.ts.
  'store.probe': null,
  'store.beginAuthorization': null,
  'store.repeatAuthorization': null,
  'store.authorization': null,
  'store.cancelAuthorization': null,
  'store.list': null,
  'store.activity': ({ storeId }) => ({ storeId }),
  'store.dismissFinding': ({ storeId }) => ({ storeId, code: 'x', isDismissed: true }),
  'store.get': ({ storeId }) => ({ storeId }),
  'store.diagnose': ({ storeId }) => ({ storeId }),
  'store.tryConnection': null,
  'store.pause': ({ storeId }) => ({ storeId, reason: 'moving house' }),
  'store.remove': ({ storeId }) => ({ storeId }),
  // Of all stores of the organisation: see client.pg.test.ts.
  'store.resealKeys': null,
  'store.resume': ({ storeId }) => ({ storeId }),
  'store.runDays': ({ storeId }) => ({ storeId, days: 7, timeZone: 'UTC' }),
  'store.update': ({ storeId }) => ({ storeId, name: 'New name' }),
  'sync.activity': ({ runId }) => ({ runId }),
  'sync.batchMap': ({ runId }) => ({ runId }),
  'sync.failures': ({ runId }) => ({ runId }),
  'sync.forceDone': ({ runId }) => ({ runId, reason: 'enough' }),
  'sync.line': ({ runId }) => ({ runId, position: 1 }),
  'sync.lines': ({ runId }) => ({ runId }),
  'sync.list': ({ storeId }) => ({ storeId }),
  'sync.retry': ({ runId }) => ({ runId }),
  'sync.start': ({ storeId }) => ({ storeId }),
  'sync.status': ({ runId }) => ({ runId }),
  'sync.throughput': ({ runId }) => ({ runId }),
  // Its answers are events: see watch.pg.test.ts.
  'sync.watch': null,
  'webhook.deliveries': ({ storeId }) => ({ storeId }),
  'webhook.repair': ({ storeId }) => ({ storeId }),
  'webhook.setEnabled': ({ storeId }) => ({ storeId, enabled: false }),
  'webhook.status': ({ storeId }) => ({ storeId }),
};

let api: TestApi;
let ada: Member;
let eve: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api, 'Ada');
  eve = await signInMember(api, 'Eve');
});
afterAll(() => api.close());

const typeOf = new Map(
  Object.entries<{ _def: { type: string } }>(appRouter._def.procedures as object as never).map(
    ([path, { _def }]) => [path, _def.type],
  ),
);

async function call(path: string, input: unknown, member: Member) {
  const send = typeOf.get(path) === 'mutation' ? mutate : query;
  const { status, body } = await send(api, path, input, { cookie: member.cookie });
  // The one thing that differs from call to call.
  if (body.error) body.error.data.requestId = null;
  return { status, body };
}

async function makeIds(member: Member): Promise<Ids> {
  const storeId = await insertStore(api, member);
  await insertCustomer(member, storeId);
  const { body } = await mutate(api, 'sync.start', { storeId }, { cookie: member.cookie });
  const { runId } = body.result.data.run;
  await driveRun(api, runId).insertLines(2);
  return { storeId, runId };
}

/** A customer and a schedule of the store. */
async function insertCustomer({ orgId }: Member, storeId: string): Promise<void> {
  await api.db.admin.query(
    `insert into customer (org_id, store_id, woo_id, username, first_name, last_name, role, company,
                           phone, city, country, is_paying_customer, billing, shipping, meta_data,
                           extra, content_hash, fetched_at)
     values ($1, $2, 7, '', '', '', '', '', '', '', '', false, '{}', '{}', '[]', '{}',
             decode(repeat('00', 32), 'hex'), now())`,
    [orgId, storeId],
  );
  await api.db.admin.query(
    `insert into sync_schedule (org_id, store_id, kind, cron, next_run_at)
     values ($1, $2, 'delta', '0 * * * *', now())`,
    [orgId, storeId],
  );
}

test('the test covers every procedure', () => {
  expect([...typeOf.keys()].toSorted()).toEqual(Object.keys(inputs).toSorted());
});

const withIds = Object.entries(inputs).flatMap(([path, make]) => (make ? [{ path, make }] : []));

describe.each(withIds)('$path', ({ path, make }) => {
  test('treats ids of another organisation like unknown ones', async () => {
    const foreign = await call(path, make(await makeIds(ada)), eve);
    const unknown = await call(path, make({ storeId: randomUUID(), runId: randomUUID() }), eve);
    expect(foreign).toEqual(unknown);
    // An empty list is not a rejection.
    const nothing: Record<string, object> = {
      'sync.list': { items: [], nextCursor: null },
      'customer.facets': { roles: [], countries: [] },
      'customer.search': {
        items: [],
        nextCursor: null,
        words: [],
        total: { count: 0, isExact: true },
        suggestion: null,
      },
    };
    expect([foreign.status, foreign.body.result?.data]).toEqual(
      nothing[path] ? [200, nothing[path]] : [404, undefined],
    );
  });

  test('takes the same input from its own organisation', async () => {
    const own = await call(path, make(await makeIds(ada)), ada);
    expect(own.status).toBe(200);
  });

  test('refuses a key that it does not know', async () => {
    const input = { ...make(await makeIds(ada)), orgId: eve.orgId };
    const { status, body } = await call(path, input, ada);
    expect(status).toBe(400);
    expect(body.error.data.code).toBe('invalid_input');
  });
});

test('listed stores belong to the calling organisation', async () => {
  await makeIds(ada);
  const storeId = await insertStore(api, eve);
  const { body } = await query(api, 'store.list', undefined, { cookie: eve.cookie });
  expect(body.result.data.map(({ id }) => id)).toEqual([storeId]);
});
