// Retries the failed customers of a run. A run that needs a decision also needs an override.
//   MANTIS_URL=… MANTIS_API_KEY=… node examples/retry-failed.ts <run> [--override]
import { createMantisSync, OverrideRequiredError } from '@mantis-sync/client';

const mantis = createMantisSync({
  url: process.env['MANTIS_URL'] ?? 'http://127.0.0.1:4400',
  apiKey: process.env['MANTIS_API_KEY'] ?? '',
});
const runId = process.argv[2] ?? '';

const { items } = await mantis.trpc.sync.lines.query({ runId, state: 'failed' });
for (const { wooCustomerId, error } of items)
  console.log(`customer ${wooCustomerId}: ${error?.message}`);
try {
  const override = process.argv.includes('--override');
  const { retriedLines } = await mantis.retry({ runId, override });
  const run = await mantis.waitUntilDone({ runId });
  console.log(`${retriedLines} retried, ${run.counts.failed} still fail`);
} catch (error) {
  if (!(error instanceof OverrideRequiredError)) throw error;
  console.log(`Check first: ${error.message} ${error.advice}`);
}
