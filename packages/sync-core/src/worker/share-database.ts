import type { Database } from '@mantis-sync/db';
import { createFairShare } from './fair-share.ts';

/**
 * A database whose connections organisations share fairly: however many stores a worker waits for, no more
 * transactions are open than it has connections, and none waits for one until it gives up.
 *
 * @param connections transactions of organisations at once
 */
export function shareDatabase(database: Database, connections: number): Database {
  const share = createFairShare({ room: connections });
  return {
    ...database,
    withOrg: (orgId, work, options) =>
      share.run(orgId, () => database.withOrg(orgId, work, options)),
  };
}
