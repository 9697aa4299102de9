import { randomUUID } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { createListener, silentLog } from '@mantis-sync/db';
import {
  createSharedCalls,
  createStoreService,
  createSyncService,
  DEFAULT_RUN_SETTINGS,
  RUN_CHANGED_CHANNEL,
} from '@mantis-sync/sync-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLiveRuns } from '../src/live/live-runs.ts';
import { createStreamLimits } from '../src/live/stream-limits.ts';
import { watchRuns } from '../src/live/watch-runs.ts';
import { HOUR_MS } from '../../../test/support/assemble-api.ts';
import { mutate } from '../../../test/support/call.ts';
import { driveRun, insertStore } from '../../../test/support/drive-run.ts';
import { openStream, type Stream, type StreamEvent } from '../../../test/support/open-stream.ts';
import { createKey, postAuth, signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
const open: Stream[] = [];
beforeAll(async () => {
  // The session is checked again with every read.
  api = await startTestApi({ recheckMs: 0 });
  ada = await signInMember(api);
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(() => api.close());

async function startRun(member = ada, storeId?: string) {
  const input = { storeId: storeId ?? (await insertStore(api, member)) };
  const { body } = await mutate(api, 'sync.start', input, { cookie: member.cookie });
  const { runId } = body.result.data.run;
  return { runId, storeId: input.storeId, drive: driveRun(api, runId) };
}

async function watch(input: object, member = ada): Promise<Stream> {
  const stream = await openStream(api, input, { cookie: member.cookie });
  open.push(stream);
  return stream;
}

const isOver = ({ data }: Pick<StreamEvent, 'data'>) => data.run?.percent === 100;
const seqsOf = (events: StreamEvent[]) =>
  events.flatMap(({ data }) => data.activity.map((entry) => entry.seq));

test('a run is sent in its current state, then with every change, also after its end', async () => {
  const { runId, drive } = await startRun();
  const stream = await watch({ runId });
  const [first] = await stream.until(() => true);
  expect(first?.data).toMatchObject({
    type: 'run',
    run: { runId, state: 'draft', percent: 0 },
    activity: [{ seq: 1, event: 'run.started', actor: { name: 'Ada' } }],
  });

  await drive.discover(30);
  for (let batch = 1; batch <= 3; batch++) {
    await drive.log('batch.done');
    await drive.finish(10);
  }
  const events = [first!, ...(await stream.until(isOver))];
  expect(seqsOf(events)).toEqual([1, 2, 3, 4]);
  const runs = events.flatMap(({ data }) => data.run ?? []);
  expect(runs).toEqual(runs.toSorted((a, b) => a.revision - b.revision || a.percent - b.percent));
  expect(runs).toHaveLength(events.length);
  expect(events.at(-1)?.data.run).toMatchObject({ state: 'done', counts: { done: 30, total: 30 } });

  await drive.log('late.entry');
  expect((await stream.next())?.data.activity).toMatchObject([{ seq: 5, event: 'late.entry' }]);
});

test('a stream resumed with its last id sends missed events once', async () => {
  const { runId, drive } = await startRun();
  const before = await watch({ runId });
  const first = await before.next();
  before.close();

  await drive.log('while.away', 230);
  const after = await watch({ runId, lastEventId: first?.id });
  const missed = await after.until(
    ({ data }) => data.run?.activitySeq === data.activity.at(-1)?.seq,
  );
  expect(seqsOf(missed)).toEqual(Array.from({ length: 230 }, (_, index) => index + 2));
});

test('a new stream of a long log begins with the newest fifty entries', async () => {
  const { runId, drive } = await startRun();
  await drive.log('much', 230);
  const first = await (await watch({ runId })).next();
  expect(seqsOf([first!])).toEqual(Array.from({ length: 50 }, (_, index) => index + 182));
});

test('an event id from before a restore hides nothing', async () => {
  const { runId } = await startRun();
  const first = await (await watch({ runId, lastEventId: '7.900' })).next();
  expect(seqsOf([first!])).toEqual([1]);
});

test('the runs of an organisation are sent, then each that changes', async () => {
  const eve = await signInMember(api, 'Eve');
  const one = await startRun(eve);
  const stream = await watch({}, eve);
  const first = await stream.next();
  expect(first?.data.type).toBe('runs');
  expect(first?.data.runs?.map((run) => run.runId)).toEqual([one.runId]);

  const two = await startRun(eve);
  const [started] = await stream.until(({ data }) => data.run?.runId === two.runId);
  expect(started?.data).toMatchObject({ type: 'run', activity: [] });
  await one.drive.discover(1);
  await one.drive.finish(1);
  const moved = await stream.until(isOver);
  expect(moved.at(-1)?.data.run?.runId).toBe(one.runId);
});

test('the runs of one store leave those of the others out', async () => {
  const eve = await signInMember(api, 'Eve');
  const one = await startRun(eve);
  const two = await startRun(eve);
  const stream = await watch({ storeId: two.storeId }, eve);
  expect((await stream.next())?.data.runs).toMatchObject([{ runId: two.runId }]);
  await one.drive.log('elsewhere');
  await two.drive.log('here');
  expect((await stream.next())?.data.run?.runId).toBe(two.runId);
});

test('nothing of another organisation is sent', async () => {
  const eve = await signInMember(api, 'Eve');
  const stream = await watch({}, eve);
  expect((await stream.next())?.data).toEqual({ type: 'runs', runs: [] });
  const { drive } = await startRun(ada);
  await drive.log('of ada');
  const own = await startRun(eve);
  expect((await stream.next())?.data.run?.runId).toBe(own.runId);
});

test('a run or store of another organisation is treated as unknown', async () => {
  const eve = await signInMember(api, 'Eve');
  const { runId, storeId } = await startRun(ada);
  const refusalOf = async (input: object) => {
    const event = await (await watch(input, eve)).next();
    const { requestId: _, ...rest } = event!.data.data;
    return { type: event?.type, message: event?.data.message, ...rest };
  };
  const unknown = randomUUID();
  expect(await refusalOf({ runId })).toEqual(await refusalOf({ runId: unknown }));
  expect(await refusalOf({ runId })).toMatchObject({ code: 'run_not_found', httpStatus: 404 });
  expect(await refusalOf({ storeId })).toEqual(await refusalOf({ storeId: unknown }));
  expect(await refusalOf({ storeId })).toMatchObject({ code: 'store_not_found', httpStatus: 404 });
});

test('a stream ends when its session is signed out', async () => {
  const eve = await signInMember(api, 'Eve');
  const { runId, drive } = await startRun(eve);
  const stream = await watch({ runId }, eve);
  await stream.next();
  await postAuth(api, 'sign-out', {}, eve.cookie);
  await drive.log('moves');
  const last = await stream.next();
  expect(last).toMatchObject({
    type: 'serialized-error',
    data: { data: { code: 'unauthorized' } },
  });
  expect(await stream.next()).toBeUndefined();
});

test('a stream ends when its key is deleted', async () => {
  const eve = await signInMember(api, 'Eve');
  const key = await createKey(api, eve);
  const { runId, drive } = await startRun(eve);
  const stream = await openStream(api, { runId }, { 'x-api-key': key });
  open.push(stream);
  await stream.next();
  await api.prisma.apikey.deleteMany({ where: { referenceId: eve.orgId } });
  await drive.log('moves');
  const last = await stream.next();
  expect(last).toMatchObject({
    type: 'serialized-error',
    data: { data: { code: 'unauthorized' } },
  });
});

test('what was missed while the listening connection was lost is sent once it is back', async () => {
  const { runId, drive } = await startRun();
  const stream = await watch({ runId });
  const list = await watch({});
  await stream.next();
  await list.next();
  await api.db.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mantis-listen' and datname = current_database()`,
  );
  await drive.discover(1);
  await drive.finish(1);
  expect((await stream.until(isOver)).at(-1)?.data.run?.state).toBe('done');
  const listed = await list.until(({ data }) => data.run?.runId === runId && isOver({ data }));
  expect(listed.every(({ data }) => data.type === 'run')).toBe(true);
});

test('a run that is removed with its store leaves the list', async () => {
  const polling = await startTestApi({ pollMs: 20 });
  try {
    const eve = await signInMember(polling, 'Eve');
    const storeId = await insertStore(polling, eve);
    await mutate(polling, 'sync.start', { storeId }, { cookie: eve.cookie });
    const stream = await openStream(polling, {}, { cookie: eve.cookie });
    expect((await stream.next())?.data.runs).toHaveLength(1);
    await mutate(polling, 'store.remove', { storeId }, { cookie: eve.cookie });
    const events = await stream.until(({ data }) => data.type === 'runs');
    expect(events.at(-1)?.data.runs).toEqual([]);
    stream.close();
  } finally {
    await polling.close();
  }
});

test('without notifications, polling finds changes', async () => {
  const polling = await startTestApi({ pollMs: 20 });
  try {
    const eve = await signInMember(polling, 'Eve');
    const storeId = await insertStore(polling, eve);
    const { body } = await mutate(polling, 'sync.start', { storeId }, { cookie: eve.cookie });
    const { runId } = body.result.data.run;
    const stream = await openStream(polling, { runId }, { cookie: eve.cookie });
    await stream.next();
    await polling.db.admin.query(
      `update woo_customer_sync_queue set discovery_state = 'complete' where id = $1`,
      [runId],
    );
    expect((await stream.until(isOver)).at(-1)?.data.run?.state).toBe('done');
    stream.close();
  } finally {
    await polling.close();
  }
});

test('when the process stops, streams are cut off without an end, so that browsers reconnect', async () => {
  const stopping = await startTestApi();
  const eve = await signInMember(stopping, 'Eve');
  const stream = await openStream(stopping, {}, { cookie: eve.cookie });
  await stream.next();
  await stopping.close();
  // A regular end of the stream, `return`, would make the client stop.
  expect(await stream.next()).toBeUndefined();
});

test('an anonymous caller receives nothing', async () => {
  const { runId } = await startRun();
  const stream = await openStream(api, { runId }, {});
  open.push(stream);
  const event = await stream.next();
  expect(event).toMatchObject({
    type: 'serialized-error',
    data: { data: { code: 'unauthorized' } },
  });
});

test('a client that stops reading blocks no others, and finds no gap when it continues (F58)', async () => {
  const { runId, drive } = await startRun();
  const input = encodeURIComponent(JSON.stringify({ runId }));
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(
      `${api.url}/trpc/sync.watch?input=${input}`,
      { headers: { cookie: ada.cookie } },
      resolve,
    ).on('error', reject),
  );
  response.setEncoding('utf8').pause();
  const reader = await watch({ runId });
  // Far more than what the sockets hold.
  for (let round = 0; round < 10; round++) await drive.log('much.to.say', 500);
  const seen = await reader.until(({ data }) => data.activity.at(-1)?.seq === 5_001);
  expect(seqsOf(seen).at(-1)).toBe(5_001);

  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (text.includes('"seq":5001')) break;
  }
  const late = [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
  expect(late).toEqual(
    Array.from({ length: late.length }, (_, index) => 5_001 - late.length + 1 + index),
  );
});

test('a notification contains only ids and a number (F57)', async () => {
  const { runId, drive } = await startRun();
  const hints: string[] = [];
  const listener = createListener({
    url: api.db.url,
    channel: RUN_CHANGED_CHANNEL,
    onNotification: (payload) => void hints.push(payload),
    onReconnect: () => undefined,
  });
  await listener.ready;
  await drive.log('much.to.say', 500);
  await expect.poll(() => hints.filter((hint) => hint.includes(runId))).not.toEqual([]);
  expect(Math.max(...hints.map((hint) => hint.length))).toBeLessThan(200);
  await listener.close();
});

test('a change of a run is read once for all subscribers, while the session of each is checked', async () => {
  const { runId, drive } = await startRun();
  // Listens only now, so the notification of the start is not another change.
  const live = createLiveRuns({ url: api.db.url, pollMs: HOUR_MS, log: silentLog });
  await live.ready;
  const services = {
    database: api.db.database,
    keyring: api.keyring,
    defaults: DEFAULT_RUN_SETTINGS,
    allowHosts: [],
  };
  const sync = createSyncService(services);
  let reads = 0;
  let checks = 0;
  const deps = {
    caller: { orgId: ada.orgId, actor: { type: 'user', id: ada.userId, name: 'Ada' } } as const,
    sync: {
      ...sync,
      status: (...input: Parameters<typeof sync.status>) => {
        reads += 1;
        return sync.status(...input);
      },
    },
    stores: createStoreService(services),
    live,
    pace: { gapMs: 100, recheckMs: 0 },
    share: createSharedCalls({ gapMs: 100 }),
    streamLimits: createStreamLimits(),
    isStillValid: async () => {
      checks += 1;
      return true;
    },
  };
  const stop = new AbortController();
  const streams = Array.from({ length: 50 }, () => watchRuns(deps, { runId }, stop.signal));
  const firsts = await Promise.all(streams.map((stream) => stream.next()));
  expect(firsts.filter(({ done }) => done)).toEqual([]);
  expect(reads).toBe(1);

  const steps = streams.map((stream) => stream.next());
  await drive.insertLines(30);
  for (const { value } of await Promise.all(steps))
    expect(value?.[1]).toMatchObject({ run: { counts: { total: 30 } } });
  expect(reads).toBe(2);
  expect(checks).toBe(50);
  stop.abort();
  await live.close();
});
