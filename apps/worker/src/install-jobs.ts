import type { WorkerUtils } from 'graphile-worker';

/**
 * Installs graphile-worker's tables if needed, which only their owner can, and grants the runtime role access.
 * Safe for many workers that start concurrently.
 */
export async function installJobs(utils: WorkerUtils): Promise<void> {
  await utils.migrate();
  await utils.withPgClient(async (client) => {
    const { rowCount } = await client.query(
      `select from pg_namespace
        where nspname = 'graphile_worker' and pg_get_userbyid(nspowner) = current_user`,
    );
    if (rowCount !== 1) return;
    // Two concurrent grants on one table fail with “tuple concurrently updated”, so workers take turns.
    // Statements sent together are one transaction.
    await client.query(
      "select pg_advisory_xact_lock(hashtext('mantis open jobs')); select mantis.grant_job_access()",
    );
  });
}
