import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../../domain/run-kind.ts';
import type { WalkState } from '../../domain/walk.ts';
import type { DiscoveryLease } from '../../sql/discovery.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { OpenStore } from '../../stores/store-clients.ts';
import type { WorkDeps } from '../job.ts';
import type { Prefetch } from './fetch-ahead.ts';

/** The state of a discovery. Each step returns the next one. */
export interface Walking {
  readonly run: RunRow;
  readonly lease: DiscoveryLease;
  readonly store: OpenStore;
  readonly pages: Prefetch;
  readonly step: DiscoveryStep;
  /** Cursor of the step; its format is private to the step. */
  readonly cursor: Record<string, unknown>;
  readonly walk: WalkState;
  /** Pages to prefetch. */
  readonly ahead: number;
  readonly total: number | null;
  readonly isFirstPage: boolean;
  /** Consecutive pages without a failure. */
  readonly successStreak: number;
  /** The database is slow to save a page: for the rest of the time slice, processing sets the pace. */
  readonly isStrained: boolean;
  /** The time slice is over: pages in flight are still saved, no more are requested. */
  readonly isEnding: boolean;
}

/** How a discovery continues after a step, or that it is over for this time slice. */
export type StepResult = Walking | 'over';

/**
 * Discovery's commits need not wait for the disk: after a server crash the database is at an earlier,
 * consistent state of the same walk, which resumes there.
 */
export function writeWalk<T>(
  deps: WorkDeps,
  orgId: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  return deps.database.withOrg(orgId, work, { durability: 'deferred' });
}
