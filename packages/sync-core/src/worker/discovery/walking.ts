import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../../domain/run-kind.ts';
import type { WalkState } from '../../domain/walk.ts';
import type { DiscoveryLease } from '../../sql/discovery.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { OpenStore } from '../../stores/store-clients.ts';
import type { WorkDeps } from '../job.ts';
import type { Prefetch } from './fetch-ahead.ts';

/** A discovery in progress, for the length of a job. */
export interface Walking {
  run: RunRow;
  lease: DiscoveryLease;
  store: OpenStore;
  pages: Prefetch;
  step: DiscoveryStep;
  /** Where the step stands; its own business. */
  cursor: Record<string, unknown>;
  walk: WalkState;
  ahead: number;
  total: number | null;
  isFirstPage: boolean;
  successStreak: number;
}

/** Whether a slice goes on after a page. */
export type WalkProgress = 'go_on' | 'over';

/**
 * Discovery's commits need not wait for the disk: after a crash of the server the database is back at an
 * earlier, whole state of the same walk, and goes on from there.
 */
export function writeWalk<T>(
  deps: WorkDeps,
  orgId: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  return deps.database.withOrg(orgId, work, { durability: 'deferred' });
}
