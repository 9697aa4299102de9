import { makeWorkerUtils } from 'graphile-worker';
import { installJobs } from './install-jobs.ts';

// The second half of `npx -y pnpm@12 run migrate`: the owner of our tables installs the job runner's tables. On
// failure prints one line and exits with 1.
const connectionString = process.env['MIGRATION_DATABASE_URL'] ?? process.env['DATABASE_URL'];
try {
  if (!connectionString) throw new Error('set MIGRATION_DATABASE_URL or DATABASE_URL');
  const utils = await makeWorkerUtils({ connectionString });
  try {
    await installJobs(utils);
  } finally {
    await utils.release();
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`the job runner's tables could not be installed: ${reason}`);
  process.exit(1);
}
