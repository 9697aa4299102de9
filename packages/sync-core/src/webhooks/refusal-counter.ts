import type { Database } from '@mantis-sync/db';
import { countRefusals, type RefusalReason } from '../sql/deliveries.ts';

export interface RefusalCounter {
  count(orgId: string, storeId: string, reason: RefusalReason): void;
  /** Writes the counts and stops. */
  close(): Promise<void>;
}

const FLUSH_MS = 5_000;

/** Counts rejected deliveries in memory and writes them periodically: a forged delivery must not cost a write. */
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
      // The store was removed, or the database is unavailable: losing these counts is harmless.
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
