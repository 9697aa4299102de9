import { makeWorkerUtils } from 'graphile-worker';
import { installJobs } from './install-jobs.ts';

// The second half of `npx -y pnpm@12 run migrate`: the job runner's tables, installed by the owner of ours. One clear
// line where that fails, and exit code 1.
const connectionString = process.env['MIGRATION_DATABASE_URL'] ?? process.env['DATABASE_URL'];
try {
  if (!connectionString) throw new Error('MIGRATION_DATABASE_URL or DATABASE_URL has to be set');
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
