import type { Database } from '@mantis-sync/db';
import { createFairShare } from './fair-share.ts';

/** Owner of transactions of no organisation. */
const SYSTEM = 'system';

/**
 * A database whose connections are shared fairly between organisations. Transactions wait here instead of
 * in the pool, where they would time out.
 *
 * @param connections maximum number of concurrent transactions
 */
export function shareDatabase(database: Database, connections: number): Database {
  const share = createFairShare({ places: connections });
  return {
    ...database,
    withOrg: (orgId, work, options) =>
      share.run(orgId, () => database.withOrg(orgId, work, options)),
    withRetention: (orgId, work) => share.run(orgId, () => database.withRetention(orgId, work)),
    poolUse: () => ({ ...database.poolUse(), waiting: share.load().waiting }),
    withSystem: (work, options) => share.run(SYSTEM, () => database.withSystem(work, options)),
  };
}
