import type { Database } from '@mantis-sync/db';
import type { SyncLog } from '../platform/sync-log.ts';
import type { SyncMetrics } from '../platform/sync-metrics.ts';
import type { StoreClients } from '../stores/store-clients.ts';
import type { FairShare } from './fair-share.ts';

/** A job: one time slice of one run. Its content is the payload of the queue's job. */
export interface RunJob {
  orgId: string;
  runId: string;
}

/** What work on runs needs from its worker. */
export interface WorkDeps {
  database: Database;
  clients: StoreClients;
  /** Places for pages in memory: those being read, and those not yet saved. */
  answers: FairShare;
  /** The worker's id in `sync_worker`; its leases are valid while it sends heartbeats. */
  workerId: string;
  /** How long one job may work on a run before it is enqueued again, in milliseconds. */
  timeSliceMs: () => Promise<number>;
  /** Maximum duration of a lease, even of a running worker. Longer than any request may take. */
  leaseMs: number;
  /** The database's clock in epoch milliseconds: for time slices, batches, and when a store answered. */
  clock: () => number;
  /** 0 to 1. */
  random: () => number;
  /** Waits, or rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  log: SyncLog;
  metrics: SyncMetrics;
}
