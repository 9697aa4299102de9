import type { PoolUse } from '@mantis-sync/db';
import type { SyncMetrics } from '@mantis-sync/sync-core';
import { Counter, Histogram, measurePool, type Registry } from '@mantis-sync/telemetry';
import { createSyncMetrics } from './sync-metrics.ts';

/** The measured pools; they change when a worker is replaced. */
export interface WorkerPools {
  work: () => PoolUse;
  jobs: () => PoolUse;
}

/** Metrics of a worker. */
export interface WorkerMetrics {
  sync: SyncMetrics;
  jobDone(job: { task: string; outcome: 'ok' | 'failed'; seconds: number }): void;
  /** Starts to measure these pools. */
  measure(pools: WorkerPools): void;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  let pools: WorkerPools | null = null;
  measurePool(registry, {
    work: () => pools?.work() ?? null,
    jobs: () => pools?.jobs() ?? null,
  });
  const jobs = new Histogram({
    name: 'mantis_job_duration_seconds',
    help: 'Jobs that this worker finished, by task and outcome; a run takes many',
    labelNames: ['task', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 4, 8, 30, 120],
    registers: [registry],
  });
  const ready = new Counter({
    name: 'mantis_worker_starts_total',
    help: 'How often this process started its worker; more than once after losing the database',
    registers: [registry],
  });
  return {
    sync: createSyncMetrics(registry),
    jobDone: ({ task, outcome, seconds }) => jobs.observe({ task, outcome }, seconds),
    measure(open) {
      pools = open;
      ready.inc();
    },
  };
}
