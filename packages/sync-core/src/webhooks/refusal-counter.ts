import type { Database } from '@mantis-sync/db';
import { countRefusals, type RefusalReason } from '../sql/webhooks.ts';

export interface RefusalCounter {
  count(orgId: string, storeId: string, reason: RefusalReason): void;
  /** Writes what was counted, and ends. */
  close(): Promise<void>;
}

const FLUSH_MS = 5_000;

/** Counts refused deliveries in memory and writes them now and then: a forger must not write a row a try. */
export function createRefusalCounter(database: Database): RefusalCounter {
  let counts = new Map<
    string,
    { orgId: string; storeId: string; reasons: Map<RefusalReason, number> }
  >();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counted = [...counts.values()];
    counts = new Map();
    for (const { orgId, storeId, reasons } of counted) {
      // A store that was removed meanwhile, or a database that is away: the count is no more than a hint.
      await database
        .withOrg(orgId, (sql) => countRefusals(sql, orgId, storeId, reasons))
        .catch(() => undefined);
    }
  }

  return {
    count(orgId, storeId, reason) {
      const entry = counts.get(storeId) ?? { orgId, storeId, reasons: new Map() };
      entry.reasons.set(reason, (entry.reasons.get(reason) ?? 0) + 1);
      counts.set(storeId, entry);
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    close: flush,
  };
}
