import type { AppRouter } from '@mantis-sync/api/router';
import { createTRPCClient, httpBatchLink, isTRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertStore } from '../../../test/support/drive-run.ts';
import { createKey, signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
});
afterAll(() => api.close());

async function connect() {
  const headers = { authorization: `Bearer ${await createKey(api, ada)}` };
  return createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: `${api.url}/trpc`, headers })],
  });
}

test('another app starts, watches, lists and ends a run with complete types', async () => {
  const client = await connect();
  const storeId = await insertStore(api, ada);
  const [first, again] = await Promise.all([
    client.sync.start.mutate({ storeId, idempotencyKey: 'nightly' }),
    client.sync.start.mutate({ storeId, idempotencyKey: 'nightly' }),
  ]);
  expect(first.created).not.toBe(again.created);
  expect(first.run.startedBy).toMatchObject({ type: 'api_key', name: 'erp' });
  const { runId } = first.run;

  const [status, page, log] = await Promise.all([
    client.sync.status.query({ runId }),
    client.sync.list.query({ storeId }),
    client.sync.activity.query({ runId }),
  ]);
  expect(page.items).toEqual([status]);
  const ofKind = async (kind: 'full' | 'delta') =>
    (await client.sync.list.query({ storeId, kinds: [kind] })).items.length;
  expect([await ofKind('full'), await ofKind('delta')]).toEqual([1, 0]);
  expect(log.items.map(({ event }) => event)).toEqual(['run.started']);
  const ended = await client.sync.forceDone.mutate({ runId, reason: 'enough' });
  expect(ended.run.state).toBe('done');
});

test('runs are paged without a gap or a repeat', async () => {
  const client = await connect();
  const eve = await signInMember(api, 'Eve');
  const started: string[] = [];
  for (let run = 1; run <= 5; run++) {
    const storeId = await insertStore(api, ada);
    started.push((await client.sync.start.mutate({ storeId })).run.runId);
    await insertStore(api, eve);
  }
  const read: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.sync.list.query({ limit: 2, ...(cursor && { cursor }) });
    read.push(...page.items.map(({ runId }) => runId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(read.slice(0, 5)).toEqual(started.toReversed());
  expect(new Set(read).size).toBe(read.length);
});

test('an error keeps its code and advice', async () => {
  const client = await connect();
  const refusal = await client.sync.status
    .query({ runId: crypto.randomUUID() })
    .catch((error: unknown) => error);
  if (!isTRPCClientError<AppRouter>(refusal)) throw refusal;
  expect(refusal.data?.code).toBe('run_not_found');
  expect(refusal.data?.advice).toMatch(/run id/);
});

test('keys are re-encrypted for the stores of the organisation that asks, and no other', async () => {
  const owner = await signInMember(api, 'Kay');
  const eve = await signInMember(api, 'Eve');
  const headers = { authorization: `Bearer ${await createKey(api, owner)}` };
  const client = createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: `${api.url}/trpc`, headers })],
  });
  for (const member of [owner, owner, eve]) await insertStore(api, member);
  expect(await client.store.resealKeys.mutate()).toEqual({
    stores: 2,
    resealed: 0,
    current: 2,
    unreadable: 0,
    contended: 0,
  });
});
