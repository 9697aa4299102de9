import { makeWorkerUtils } from 'graphile-worker';
import { installJobs } from './install-jobs.ts';

// The second half of `pnpm run migrate`: the job runner's tables, installed by the owner of ours.
const connectionString = process.env['MIGRATION_DATABASE_URL'] ?? process.env['DATABASE_URL'];
if (!connectionString) {
  console.error('Set MIGRATION_DATABASE_URL or DATABASE_URL to the database to migrate.');
  process.exit(1);
}
const utils = await makeWorkerUtils({ connectionString });
try {
  await installJobs(utils);
} finally {
  await utils.release();
}
