import { expect, test } from 'vitest';
import { isOver, openWorld, type World } from '../support/open-world.ts';
import { until } from '../support/until.ts';
import { type ReceivedSpan, receiveSpans } from './receive-spans.ts';
import { scrape, type Scrape } from './scrape.ts';
import { startApiProcess } from '../support/start-api-process.ts';
import { parseLines } from '../support/start-process.ts';
import { metricsIn, readAlerts, readDashboardQueries, readText } from './watch-files.ts';

test('a run can be followed from the call to the store, in metrics, spans and logs', async () => {
  const collector = await receiveSpans();
  const world = await openWorld({ customers: 230 });
  const { storeId, orgId } = world;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const worker = await world.startWorker({
    webhookUrl: world.api.url,
    env: { ...env, MANTIS_WORKER_METRICS_PORT: '0', LOG_LEVEL: 'debug' },
  });
  const served: { url: string } = JSON.parse(await worker.untilLogged('"msg":"metrics"'));
  const api = await startApiProcess(world, { env });

  const { run } = await api.app.sync.start.mutate({ storeId });
  await world.untilRun(run.runId, 'a run that is over', isOver);
  await makeTrouble(world, api);

  const both = await until('metrics of all that happened', async () => {
    const read = [await scrape(api.metricsUrl), await scrape(served.url)] as const;
    return read[0].sum('mantis_runs_action_required') === 1 && read;
  });
  expectCounts(both, storeId);
  await expectNothingMissing(both);

  const spans = await until('spans of both processes', () => {
    const start = collector.spans.find(({ name }) => name === 'trpc sync.start');
    const trace = collector.spans.filter(({ traceId }) => traceId === start?.traceId);
    return trace.some(({ name }) => name === 'sync.page') && start && trace;
  });
  expectOneTrace(spans);
  expectClean(
    collector.spans.map(({ text }) => text),
    world,
  );

  expect(api.logged()).toContainEqual(
    expect.objectContaining({
      msg: 'called',
      procedure: 'sync.start',
      code: 'ok',
      orgId,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceId: spans[0]?.traceId,
    }),
  );
  const lines = [...api.logged(), ...parseLines(worker.logged())];
  expectClean(
    lines.map((line) => JSON.stringify(line)),
    world,
  );
});

/** Reasons for alarms: a rejected delivery, missing webhooks, a revoked key. */
async function makeTrouble(world: World, api: { url: string; app: World['app'] }): Promise<void> {
  const { db, sim, storeId } = world;
  const refused = await fetch(`${api.url}/webhooks/woocommerce/${storeId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-wc-webhook-signature': 'forged' },
    body: '{}',
  });
  expect(refused.status).toBe(401);
  await db.admin.query(
    `update woo_webhook_endpoint set gap_since = mantis.now() where store_id = $1`,
    [storeId],
  );
  sim.keys.splice(0);
  await api.app.sync.start.mutate({ storeId, kind: 'reconcile' });
}

function expectCounts([api, worker]: readonly [Scrape, Scrape], storeId: string): void {
  const store = { store: storeId };
  expect(worker.sum('mantis_lines_total', { outcome: 'created' })).toBe(230);
  // The usual path takes a page of the list in one transaction.
  expect(worker.sum('mantis_batch_duration_seconds_count', { kind: 'full' })).toBe(3);
  expect(worker.sum('mantis_page_rows_total')).toBeGreaterThanOrEqual(230);
  expect(worker.sum('mantis_store_requests_total', { ...store, outcome: 'ok' })).toBeGreaterThan(2);
  const statuses = { outcome: 'refused', status: '401' };
  expect(worker.sum('mantis_store_request_duration_seconds_count', statuses)).toBeGreaterThan(0);
  expect(api.sum('mantis_runs_finished_last_hour', { state: 'done', kind: 'full' })).toBe(1);
  expect(api.sum('mantis_store_up', store)).toBe(0);
  expect(api.sum('mantis_stores_paused', { code: 'wrong_key' })).toBe(1);
  expect(api.sum('mantis_workers_alive')).toBe(1);
  expect(api.sum('mantis_webhook_deliveries_total', { result: 'refused' })).toBe(1);
  const start = { procedure: 'sync.start', code: 'OK' };
  expect(api.sum('mantis_procedure_duration_seconds_count', start)).toBe(2);
  expect(api.sum('mantis_listener_up')).toBe(1);
}

/** Documents, dashboard and alarms name only existing metrics, and every metric is documented. */
async function expectNothingMissing(both: readonly [Scrape, Scrape]): Promise<void> {
  const series = new Set(both.flatMap((each) => [...each.series]));
  const alerts = await readAlerts();
  const asked = metricsIn([...alerts.map(({ expr }) => expr), ...(await readDashboardQueries())]);
  expect([...asked].filter((name) => !series.has(name))).toEqual([]);
  const document = await readText('docs/observability.md');
  const documented = [...document.matchAll(/^\| `(mantis_\w+)/gm)].map(([, name]) => name);
  const declared = both.flatMap((each) => [...each.declared]);
  const ours = declared.filter((name) => name.startsWith('mantis_'));
  expect(new Set(documented)).toEqual(new Set(ours));
}

function expectOneTrace(spans: readonly ReceivedSpan[]): void {
  const names = new Set(spans.map(({ service, name }) => `${service}: ${name}`));
  for (const name of [
    'mantis-api: trpc sync.start',
    'mantis-api: sync.start',
    'mantis-worker: sync.discover',
    'mantis-worker: store.request',
    'mantis-worker: sync.page',
  ])
    expect(names).toContain(name);
  const parentOf = (name: string) => {
    const span = spans.find((one) => one.name === name);
    return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
  };
  expect(parentOf('sync.discover')).toBe('sync.start');
  expect(parentOf('sync.page')).toBe('sync.discover');
}

/** Nothing of keys, addresses of the store, people or query strings. */
function expectClean(texts: readonly string[], { sim, api }: World): void {
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  const all = texts.join('\n');
  expect(all.length).toBeGreaterThan(1_000);
  const { host } = new URL(sim.url);
  const key = api.appHeaders['authorization']?.replace('Bearer ', '') ?? '';
  const customer = sim.customers.list()[0];
  const secrets = [consumerKey, consumerSecret, host, key, String(customer?.email), 'per_page'];
  expect(secrets.filter((text) => all.includes(text))).toEqual([]);
}
