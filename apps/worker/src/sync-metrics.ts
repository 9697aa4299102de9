import type { SyncMetrics } from '@mantis-sync/sync-core';
import { Counter, Histogram, type Registry } from '@mantis-sync/telemetry';

/** Metrics of the work on runs. Stores are labelled by id, and only those that were contacted. */
export function createSyncMetrics(registry: Registry): SyncMetrics {
  const registers = [registry];
  const lines = new Counter({
    name: 'mantis_lines_total',
    help: 'Lines of applied batches by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const batches = new Histogram({
    name: 'mantis_batch_duration_seconds',
    help: 'Duration of a batch, or of a page that one transaction stores, up to its commit, by kind of run',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const pages = new Histogram({
    name: 'mantis_page_fetch_duration_seconds',
    help: 'Duration of one page of a store’s list',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
    registers,
  });
  const rows = new Counter({
    name: 'mantis_page_rows_total',
    help: 'Rows in the pages that were read',
    registers,
  });
  const requests = new Histogram({
    name: 'mantis_store_request_duration_seconds',
    help: 'Requests to stores by class of outcome and HTTP status (none without a response)',
    labelNames: ['outcome', 'status'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
    registers,
  });
  const byStore = new Counter({
    name: 'mantis_store_requests_total',
    help: 'Requests by store and class of outcome',
    labelNames: ['store', 'outcome'],
    registers,
  });
  const reclaimed = new Counter({
    name: 'mantis_leases_reclaimed_total',
    help: 'Leases reclaimed from workers that died or took too long',
    labelNames: ['held'],
    registers,
  });
  const dead = new Counter({
    name: 'mantis_dead_workers_total',
    help: 'Workers that died without deregistering, counted by the worker that noticed',
    registers,
  });
  const rescheduled = new Counter({
    name: 'mantis_runs_rescheduled_total',
    help: 'Runs without progress that were scheduled again',
    registers,
  });
  const stuck = new Counter({
    name: 'mantis_runs_stuck_total',
    help: 'Runs that stayed without progress and now need a decision',
    registers,
  });
  for (const held of ['lines', 'discovery']) reclaimed.inc({ held }, 0);

  return {
    batchApplied({ kind, seconds, outcomes }) {
      batches.observe({ kind }, seconds);
      for (const [outcome, count] of Object.entries(outcomes))
        if (count > 0) lines.inc({ outcome }, count);
    },
    pageRead(page) {
      pages.observe(page.seconds);
      rows.inc(page.rows);
    },
    storeAnswered(store, { outcome, status, seconds }) {
      requests.observe({ outcome, status: status ?? 'none' }, seconds);
      byStore.inc({ store, outcome });
    },
    swept(swept) {
      reclaimed.inc({ held: 'lines' }, swept.reclaimed.lines);
      reclaimed.inc({ held: 'discovery' }, swept.reclaimed.discoveries);
      dead.inc(swept.deadWorkers.length);
      rescheduled.inc(swept.rescheduled);
      stuck.inc(swept.stuck);
    },
  };
}
