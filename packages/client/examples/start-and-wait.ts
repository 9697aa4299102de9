// Starts a sync of a store and waits for its end.
//   MANTIS_URL=… MANTIS_API_KEY=… node examples/start-and-wait.ts "My shop"
import { createMantisSync } from '@mantis-sync/client';

const mantis = createMantisSync({
  url: process.env['MANTIS_URL'] ?? 'http://127.0.0.1:4400',
  apiKey: process.env['MANTIS_API_KEY'] ?? '',
});

const store = await mantis.findStore(process.argv[2] ?? 'Shop');
const { run, message } = await mantis.start({ storeId: store.id });
console.log(message);
const ended = await mantis.waitUntilDone({ runId: run.runId, timeoutMs: 600_000 });
console.log(`${ended.state}: ${ended.counts.done} of ${ended.counts.total} customers`);
