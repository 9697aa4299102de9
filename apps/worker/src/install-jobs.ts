import type { WorkerUtils } from 'graphile-worker';

/**
 * Installs graphile-worker's tables where that is still to be done, which their owner alone can, and lets
 * the runtime role use them. Safe for many workers that start at once.
 */
export async function installJobs(utils: WorkerUtils): Promise<void> {
  await utils.migrate();
  await utils.withPgClient(async (client) => {
    const { rowCount } = await client.query(
      `select from pg_namespace
        where nspname = 'graphile_worker' and pg_get_userbyid(nspowner) = current_user`,
    );
    if (rowCount !== 1) return;
    // Two grants on one table at once end in “tuple concurrently updated”, so one worker after the other.
    // Statements that are sent together are one transaction.
    await client.query(
      "select pg_advisory_xact_lock(hashtext('mantis open jobs')); select mantis.grant_job_access()",
    );
  });
}
