import type { WorkerUtils } from 'graphile-worker';

/**
 * Installs graphile-worker's tables where that is still to be done, which their owner alone can, and lets
 * the runtime role use them.
 */
export async function installJobs(utils: WorkerUtils): Promise<void> {
  await utils.migrate();
  await utils.withPgClient(async (client) => {
    const { rowCount } = await client.query(
      `select from pg_namespace
        where nspname = 'graphile_worker' and pg_get_userbyid(nspowner) = current_user`,
    );
    if (rowCount === 1) await client.query('select mantis.open_jobs()');
  });
}
