import type { Sql } from '@mantis-sync/db';
import type { DiscoveryStep } from '../../domain/run-kind.ts';
import type { WalkState } from '../../domain/walk.ts';
import type { DiscoveryLease } from '../../sql/discovery.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { OpenStore } from '../../stores/store-clients.ts';
import type { WorkDeps } from '../job.ts';
import type { Prefetch } from './fetch-ahead.ts';

/** Where a discovery stands. Each step returns the next one. */
export interface Walking {
  readonly run: RunRow;
  readonly lease: DiscoveryLease;
  readonly store: OpenStore;
  readonly pages: Prefetch;
  readonly step: DiscoveryStep;
  /** Where the step stands; its own business. */
  readonly cursor: Record<string, unknown>;
  readonly walk: WalkState;
  /** Pages to have in flight. */
  readonly ahead: number;
  readonly total: number | null;
  readonly isFirstPage: boolean;
  /** Pages in a row that were read without trouble. */
  readonly successStreak: number;
  /** The database took long to store a page: for the rest of the time slice, processing sets the pace. */
  readonly isStrained: boolean;
  /** The time slice is over: what is in flight is still taken, nothing more is asked for. */
  readonly isEnding: boolean;
}

/** Where a discovery goes on after a step, or that it is over for this time slice. */
export type StepResult = Walking | 'over';

/**
 * Discovery's commits need not wait for the disk: after a crash of the server the database is back at an
 * earlier, complete state of the same walk, and goes on from there.
 */
export function writeWalk<T>(
  deps: WorkDeps,
  orgId: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  return deps.database.withOrg(orgId, work, { durability: 'deferred' });
}
