// A nightly job: one run a day for each store, however often the job itself is started; fails loudly.
//   MANTIS_URL=… MANTIS_API_KEY=… node examples/cron-job.ts
import { createMantisSync, MantisSyncError, TooManyCallsError } from '@mantis-sync/client';

const mantis = createMantisSync({
  url: process.env['MANTIS_URL'] ?? 'http://127.0.0.1:4400',
  apiKey: process.env['MANTIS_API_KEY'] ?? '',
});
const today = new Date().toISOString().slice(0, 10);

for (const store of await mantis.stores()) {
  try {
    const idempotencyKey = `nightly-${today}`;
    const { run } = await mantis.start({ storeId: store.id, kind: 'full', idempotencyKey });
    const ended = await mantis.waitUntilDone({ runId: run.runId, timeoutMs: 3_600_000 });
    console.log(`${store.name}: ${ended.state}`);
    if (ended.state !== 'done') process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof MantisSyncError)) throw error;
    const again = error instanceof TooManyCallsError ? ` Try again in ${error.retryAfter} s.` : '';
    console.error(`${store.name}: ${error.code}: ${error.message}. ${error.advice}${again}`);
    process.exitCode = 1;
  }
}
