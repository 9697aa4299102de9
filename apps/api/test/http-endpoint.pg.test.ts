import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYNC_ACTIONS } from '../src/schemas/integration-schemas.ts';
import { query } from '../../../test/support/call.ts';
import { driveRun, insertStore } from '../../../test/support/drive-run.ts';
import { createKey, signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

const PATH = '/api/v1/integrations/woocommerce/sync/customers';

let api: TestApi;
let ada: Member;
let key: string;
let conforms: (status: number, body: unknown) => string[];
beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api);
  key = await createKey(api, ada, { scope: 'operate' });
  conforms = await openDocument();
});
afterAll(() => api.close());

/** The parts of the document that this test reads. */
interface Document {
  components: {
    schemas: Record<
      string,
      {
        oneOf: { $ref: string }[];
        properties: Record<string, { const?: string }>;
        required: string[];
        additionalProperties: boolean;
      }
    >;
  };
}

interface Spoken {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the schema of the document is what checks it
  body: Record<string, any>;
}

/** Sends a body as an app of the organisation; every answer has to be as the document says. */
async function post(
  body: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${key}` },
  on: TestApi = api,
): Promise<Spoken> {
  const response = await fetch(on.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Spoken['body'];
  expect(conforms(response.status, answer)).toEqual([]);
  return { status: response.status, headers: response.headers, body: answer };
}

const pathsOf = ({ body }: Spoken) =>
  (body['issues'] as { path: string }[]).map(({ path }) => path);

/** The document, and a check of answers by it that also refuses fields it does not name. */
async function openDocument() {
  const text = await (await fetch(`${api.url}/api/v1/openapi.json`)).text();
  const result = await new Validator().validate(JSON.parse(text));
  expect(result.errors ?? []).toEqual([]);
  const strict: unknown = JSON.parse(text, (_name, value: unknown) =>
    isObjectSchema(value) ? { additionalProperties: false, ...value } : value,
  );
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  ajv.addSchema(strict as object, 'document');
  return (status: number, body: unknown): string[] => {
    const pointer = `${PATH.replaceAll('/', '~1')}/post/responses/${status}/content/application~1json/schema`;
    const validate = ajv.getSchema(`document#/paths/${pointer}`);
    if (!validate) return [`the document has no status ${status}`];
    void validate(body);
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

function isObjectSchema(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
}

test('start answers 202 with the run, and the other three 200, by key and by session', async () => {
  const storeId = await insertStore(api, ada);
  const org_id = ada.orgId;
  const started = await post({
    action: 'start',
    org_id,
    store_id: storeId,
    idempotency_key: 'monday',
    config: { kind: 'delta', batch_size: 7, batch_delay_ms: 0, max_retries: 1, pace: 'gentle' },
  });
  expect(started.status).toBe(202);
  const { queue_id } = started.body;
  expect(started.body).toMatchObject({
    created: true,
    org_id,
    store_id: storeId,
    kind: 'full',
    state: 'draft',
    idempotency_key: 'monday',
    counts: { total: 0, failed: 0 },
    process_count: 0,
    is_action_required: false,
    percent: 0,
  });
  const { rows } = await api.db.admin.query(
    'select actor_type, batch_size, batch_delay_ms, max_retries, pace from woo_customer_sync_queue where id = $1',
    [queue_id],
  );
  expect(rows[0]).toMatchObject({
    actor_type: 'api_key',
    batch_size: 7,
    batch_delay_ms: 0,
    max_retries: 1,
    pace: 'gentle',
  });

  const run = driveRun(api, queue_id as string);
  await run.discover(3);
  await run.finish(1);
  await run.fail(2);
  const status = await post({ action: 'status', org_id, queue_id }, { authorization: key });
  expect(status.status).toBe(200);
  expect(status.body).toMatchObject({
    state: 'partial',
    counts: { total: 3, done: 1, failed: 2 },
    process_count: 1,
    percent: 100,
  });
  const linked = await fetch(status.body['links'].status.replace(api.publicUrl, api.url), {
    headers: { 'x-api-key': key },
  });
  expect(await linked.json()).toMatchObject({ result: { data: { runId: queue_id } } });

  const again = await post({ action: 'retry', org_id, queue_id }, { cookie: ada.cookie });
  expect(again.body).toMatchObject({ state: 'processing', retried_lines: 2 });
  const forced = await post({ action: 'force-done', org_id, queue_id, reason: 'enough' });
  expect(forced.body).toMatchObject({ state: 'done', cancelled_lines: 2 });
  expect(forced.body['counts']).toMatchObject({ done: 1, cancelled: 2 });
  const log = await query(api, 'sync.activity', { runId: queue_id }, { cookie: ada.cookie });
  expect(log.body.result.data.items.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('enough'),
  );
  const over = await post({ action: 'retry', org_id, queue_id });
  expect([over.status, over.body['code']]).toEqual([409, 'already_over']);

  const repeated = await post({
    action: 'start',
    org_id,
    store_id: storeId,
    idempotency_key: 'monday',
    config: { kind: 'delta', batch_size: 7, batch_delay_ms: 0, max_retries: 1, pace: 'gentle' },
  });
  expect(repeated.body).toMatchObject({ queue_id, created: false, state: 'done' });
  const other = await post({
    action: 'start',
    org_id,
    store_id: storeId,
    idempotency_key: 'monday',
  });
  expect([other.status, other.body['code']]).toEqual([409, 'idempotency_key_reused']);
});

test('store and run are optional where they are unambiguous', async () => {
  const grace = await signInMember(api, 'Grace');
  const headers = { cookie: grace.cookie };
  const org_id = grace.orgId;
  expect((await post({ action: 'start', org_id }, headers)).body['code']).toBe('store_not_found');
  const none = await post({ action: 'status', org_id }, headers);
  expect([none.status, none.body['code']]).toEqual([404, 'run_not_found']);

  const first = await insertStore(api, grace, 'Shop A');
  const started = await post({ action: 'start', org_id }, headers);
  expect(started.body).toMatchObject({ store_id: first, kind: 'full' });
  const second = await insertStore(api, grace, 'Shop B');
  const several = await post({ action: 'start', org_id }, headers);
  expect(several.status).toBe(400);
  expect(pathsOf(several)).toEqual(['store_id']);
  for (const named of [`${first} (Shop A)`, `${second} (Shop B)`])
    expect(several.body['issues'][0].message).toContain(named);

  const newer = await post({ action: 'start', org_id, store_id: second }, headers);
  // Runs by webhooks are not shown as started by a person.
  await api.db.admin.query(`update woo_customer_sync_queue set kind = 'webhook' where id = $1`, [
    newer.body['queue_id'],
  ]);
  const { queue_id } = started.body;
  for (const where of [{}, { store_id: first }, { queue_id, store_id: first }])
    expect((await post({ action: 'status', org_id, ...where }, headers)).body).toMatchObject({
      queue_id,
    });
  for (const [where, code] of [
    [{ store_id: second }, 'run_not_found'],
    [{ queue_id, store_id: second }, 'run_not_found'],
    [{ store_id: randomUUID() }, 'store_not_found'],
  ] as const) {
    const { status, body } = await post({ action: 'status', org_id, ...where }, headers);
    expect([status, body['code']]).toEqual([404, code]);
  }
  const wrong = { action: 'force-done', org_id, queue_id, store_id: second };
  expect((await post(wrong, headers)).body['code']).toBe('run_not_found');
});

test('missing, unknown and invalid fields of the body are named', async () => {
  const org_id = ada.orgId;
  const unknown = await post({ action: 'stop', org_id });
  expect(unknown.status).toBe(400);
  expect(unknown.body['issues']).toEqual([
    { path: 'action', message: 'Must be one of: start, status, retry, force-done' },
  ]);
  for (const [body, paths] of [
    ['', []],
    ['{"action":', []],
    ['[]', ['']],
    [{}, ['action', 'org_id']],
    [{ action: 'start', org_id: 'x' }, ['org_id']],
    [{ action: 'retry', org_id }, ['queue_id']],
    [{ action: 'force-done', org_id, reason: '' }, ['queue_id', 'reason']],
    [{ action: 'status', org_id, override: true }, ['']],
    [{ action: 'start', org_id, storeId: 'x' }, ['']],
    [{ action: 'start', org_id, config: { batchSize: 5 } }, ['config']],
    [
      { action: 'start', org_id, config: { batch_size: 0, kind: 'all' } },
      ['config.kind', 'config.batch_size'],
    ],
  ] as const) {
    const answer = await post(body);
    expect([body, answer.status, pathsOf(answer)]).toEqual([body, 400, paths]);
  }
});

test('access levels, limits and isolation are those of the procedures (S3)', async () => {
  const org_id = ada.orgId;
  const ids = { org_id, queue_id: randomUUID() };
  const viewer = { authorization: `Bearer ${await createKey(api, ada, { scope: 'read' })}` };
  for (const [body, headers, status, code] of [
    [{ action: 'status', ...ids }, {}, 401, 'unauthorized'],
    [{ action: 'status', ...ids }, { authorization: 'nonsense' }, 401, 'unauthorized'],
    [{ action: 'nonsense' }, {}, 401, 'unauthorized'],
    [{ action: 'status', ...ids }, viewer, 404, 'run_not_found'],
    [{ action: 'retry', ...ids }, viewer, 403, 'not_allowed'],
    [{ action: 'force-done', ...ids }, viewer, 403, 'not_allowed'],
    [{ action: 'start', org_id, store_id: randomUUID() }, viewer, 403, 'not_allowed'],
    [{ action: 'status', ...ids, org_id: randomUUID() }, undefined, 403, 'wrong_organisation'],
    [
      { action: 'status', ...ids },
      { cookie: ada.cookie, 'sec-fetch-site': 'cross-site' },
      403,
      'cross_site',
    ],
    [
      { action: 'status', ...ids },
      { cookie: ada.cookie, 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
    ],
  ] as const) {
    const answer = await post(body, headers);
    expect([body, answer.status, answer.body['code']]).toEqual([body, status, code]);
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
  }
  const read = await fetch(api.url + PATH, { headers: viewer });
  expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);

  const eve = await signInMember(api, 'Eve');
  const theirs = await insertStore(api, eve);
  const stolen = await post({ action: 'start', org_id, store_id: theirs });
  expect([stolen.status, stolen.body['code']]).toEqual([404, 'store_not_found']);
});

test('exceeded limits and outages set Retry-After', async () => {
  const busy = await startTestApi({ callLimits: { call: 1, start: 1 } });
  const gone = await startTestApi({ databaseIsGone: true });
  try {
    const grace = await signInMember(busy, 'Grace');
    const headers = { cookie: grace.cookie };
    // Refused bodies are calls as well. A new minute may begin in between, but not before each of them.
    const nonsense = () => post({ action: 'nonsense', org_id: grace.orgId }, headers, busy);
    let refused = await nonsense();
    for (let call = 0; call < 4 && refused.status !== 429; call += 1) refused = await nonsense();
    expect([refused.status, refused.body['code']]).toEqual([429, 'too_many_calls']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const out = await post({ action: 'status', org_id: grace.orgId }, { authorization: 'x' }, gone);
    expect([out.status, out.body['code']]).toEqual([503, 'database_unavailable']);
    expect(Number(out.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await busy.close();
    await gone.close();
  }
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.skipIf(!hasCurl)('the examples of docs/http-api.md do what they say', async () => {
  const grace = await signInMember(api, 'Grace');
  await insertStore(api, grace);
  const text = await readFile(join(import.meta.dirname, '../../../docs/http-api.md'), 'utf8');
  const scripts = [...text.matchAll(/^```sh\n(.+?)^```/gms)].map(([, script]) => script ?? '');
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    MANTIS_URL: api.url,
    MANTIS_KEY: await createKey(api, grace, { scope: 'operate' }),
    ORG_ID: grace.orgId,
  };
  const said: Spoken['body'][] = [];
  for (const script of scripts) {
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { env });
    said.push(JSON.parse(stdout) as Spoken['body']);
    env['QUEUE_ID'] = said[0]?.['queue_id'] as string;
  }
  const { queue_id } = said[0]!;
  expect(said).toMatchObject([
    { queue_id, created: true, kind: 'full', idempotency_key: 'import-1' },
    { queue_id, state: 'draft' },
    { queue_id, state: 'done' },
  ]);
  // The answer that is printed has the fields of a real one.
  const printed = JSON.parse(/^```json\n(.+?)^```/ms.exec(text)?.[1] ?? '') as object;
  expect(Object.keys(printed)).toEqual(Object.keys(said[0]!));
});

test('the document names every action and its input', async () => {
  const answer = await fetch(`${api.url}/api/v1/openapi.json`);
  const { schemas } = ((await answer.json()) as Document).components;
  const actions = schemas['SyncRequest']!.oneOf.map(({ $ref }) => {
    const schema = schemas[$ref.replace('#/components/schemas/', '')]!;
    return [schema.properties['action']?.const, schema.required, schema.additionalProperties];
  });
  expect(actions).toEqual([
    ['start', ['action', 'org_id'], false],
    ['status', ['action', 'org_id'], false],
    ['retry', ['action', 'org_id', 'queue_id'], false],
    ['force-done', ['action', 'org_id', 'queue_id'], false],
  ]);
  expect(actions.map(([action]) => action)).toEqual([...SYNC_ACTIONS]);
  expect(Object.keys(schemas['RunConfig']!.properties)).toContain('batch_delay_ms');
});
