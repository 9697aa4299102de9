import type { SyncMetrics } from '@mantis-sync/sync-core';
import { Counter, Histogram, type Registry } from '@mantis-sync/telemetry';

/** The metrics of the work on runs. Stores stand by their id, and only those that were asked at all. */
export function createSyncMetrics(registry: Registry): SyncMetrics {
  const registers = [registry];
  const lines = new Counter({
    name: 'mantis_lines_total',
    help: 'Lines of applied batches by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const batches = new Histogram({
    name: 'mantis_batch_duration_seconds',
    help: 'Time to apply a batch, to its commit, by kind of run',
    labelNames: ['kind'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const pages = new Histogram({
    name: 'mantis_page_fetch_duration_seconds',
    help: 'Time that a store took for a page of its list',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30],
    registers,
  });
  const rows = new Counter({
    name: 'mantis_page_rows_total',
    help: 'Rows of pages that were read',
    registers,
  });
  const requests = new Histogram({
    name: 'mantis_store_request_duration_seconds',
    help: 'Requests to stores by class of outcome and HTTP status (none where no answer came)',
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
    help: 'Leases taken back from workers that died or took too long',
    labelNames: ['held'],
    registers,
  });
  const dead = new Counter({
    name: 'mantis_dead_workers_total',
    help: 'Workers that stopped beating without signing off, counted by whoever found them',
    registers,
  });
  const pushed = new Counter({
    name: 'mantis_runs_pushed_total',
    help: 'Runs that stood still and were put back to work',
    registers,
  });
  const stuck = new Counter({
    name: 'mantis_runs_stuck_total',
    help: 'Runs that nothing moves, for which a person was asked',
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
      pushed.inc(swept.pushed);
      stuck.inc(swept.stuck);
    },
  };
}
