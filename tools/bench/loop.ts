/** The programs that Mantis Sync is compared with. measure.ts starts each as a process of its own. */
import { defaultCredentials } from '@mantis-sync/woo-sim';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Client, Pool } from 'pg';
import { parseCustomer } from '../../packages/sync-core/src/domain/customer-mapping.ts';
import { contentHash } from '../../packages/sync-core/src/worker/processing/prepare-customer.ts';
import { createWooClient } from '../../packages/sync-core/src/woo/create-woo-client.ts';
import { createSafeDispatcher } from '../../packages/sync-core/src/woo/safe-connect.ts';
import type { LoopInput, LoopWay } from './measure.ts';
import { createPlainTable, type PlainCustomer, upsertPlain } from './plain-table.ts';

const PAGE_SIZE = 100;
/** As in graphile-worker's own benchmark. */
const JOB_CONCURRENCY = 24;
const LOCAL_QUEUE = 500;

const input = JSON.parse(process.env['LOOP'] ?? '{}') as LoopInput;
const client = createWooClient({
  baseUrl: input.storeUrl,
  authMode: 'oauth1',
  routeStyle: 'pretty',
  credentials: defaultCredentials,
  dispatcher: createSafeDispatcher({ allowHosts: [new URL(input.storeUrl).host] }),
});
const database = new Client({ connectionString: input.databaseUrl });
await database.connect();

const LOOPS: Record<LoopWay, () => Promise<() => Promise<void>>> = {
  walk: async () => () => eachPage(async () => undefined),
  floor: async () => {
    await createPlainTable(database);
    return () => eachPage((rows) => upsertPlain(database, input, rows.flatMap(toCustomer)));
  },
  naive: async () => {
    await createPlainTable(database);
    return () =>
      eachPage(async (rows) => {
        for (const customer of rows.flatMap(toCustomer))
          await upsertPlain(database, input, [customer]);
      });
  },
  job: prepareJobs,
};

const loop = await LOOPS[input.way]();
process.once('message', () => void main());
process.send?.('ready');

async function main(): Promise<void> {
  const startedAt = performance.now();
  await loop();
  process.send?.({ seconds: (performance.now() - startedAt) / 1000 });
}

async function eachPage(store: (rows: readonly unknown[]) => Promise<unknown>): Promise<void> {
  for (let offset = 0; offset < input.customers; offset += PAGE_SIZE) {
    const page = await client.listCustomers({ offset, perPage: PAGE_SIZE });
    if (page.rows.length === 0) break;
    await store(page.rows);
  }
}

/** One job per customer, by graphile-worker with local queue and batched completion. */
async function prepareJobs(): Promise<() => Promise<void>> {
  await createPlainTable(database);
  const pool = new Pool({ connectionString: input.databaseUrl, max: JOB_CONCURRENCY + 4 });
  pool.on('error', fail);
  pool.on('connect', (connection) => connection.on('error', fail));
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  return async () => {
    let added = 0;
    let stored = 0;
    const allAdded = Promise.withResolvers<void>();
    const allStored = Promise.withResolvers<void>();
    const check = () => stored === added && allStored.resolve();
    const runner = await run({
      pgPool: pool,
      logger,
      noHandleSignals: true,
      preset: {
        worker: {
          concurrentJobs: JOB_CONCURRENCY,
          localQueue: { size: LOCAL_QUEUE, refetchDelay: { durationMs: 10 } },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          pollInterval: 50,
        },
      },
      taskList: {
        customer: async (row) => {
          await upsertPlain(pool, input, toCustomer(row));
          stored += 1;
          if (added > 0) void allAdded.promise.then(check);
        },
      },
    });
    await eachPage(async (rows) => {
      await utils.addJobs(rows.map((payload) => ({ identifier: 'customer', payload })));
      added += rows.length;
    });
    allAdded.resolve();
    check();
    await allStored.promise;
    await runner.stop();
  };
}

function toCustomer(row: unknown): PlainCustomer[] {
  const parsed = parseCustomer(row, new Date());
  return parsed.ok
    ? [{ customer: parsed.customer, contentHash: contentHash(parsed.customer) }]
    : [];
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
