import type { LineOutcome } from '../domain/state-machine.ts';
import type { RunKind } from '../domain/run-kind.ts';
import type { Swept } from './swept.ts';

/** Lines of a batch by result; `released` lines have none. */
export type BatchOutcomes = Record<LineOutcome | 'retrying' | 'failed' | 'released', number>;

export interface AppliedBatch {
  kind: RunKind;
  /** From the prepared batch to its commit. */
  seconds: number;
  outcomes: BatchOutcomes;
}

export interface AnsweredRequest {
  /** `ok`, or the kind of its WooError. */
  readonly outcome: string;
  /** HTTP status; null if there was no response. */
  readonly status: number | null;
  readonly seconds: number;
}

/**
 * What the host can measure. Called once per batch, page, request or sweep, after the commit if there is one.
 * Must not throw or block.
 */
export interface SyncMetrics {
  batchApplied(batch: AppliedBatch): void;
  /** A page of the walk. */
  pageRead(page: { rows: number; seconds: number }): void;
  storeAnswered(storeId: string, request: AnsweredRequest): void;
  swept(swept: Swept): void;
}

export const silentSyncMetrics: SyncMetrics = {
  batchApplied() {},
  pageRead() {},
  storeAnswered() {},
  swept() {},
};
