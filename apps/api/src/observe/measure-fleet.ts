import type { Database } from '@mantis-sync/db';
import { type Fleet, readFleet, RUN_KINDS } from '@mantis-sync/sync-core';
import { Gauge, type Registry } from '@mantis-sync/telemetry';

/** Scrapes within this time share one read, in milliseconds. */
const FRESH_MS = 5_000;

/**
 * Metrics of the whole installation, read from the database at a scrape. Every API process exposes the same
 * values, so queries take their `max`. While the database is unavailable, the series are missing and
 * `mantis_database_up` is 0.
 */
export function measureFleet(
  registry: Registry,
  database: Database,
  now: () => number = () => performance.now(),
): void {
  let reading: { at: number; done: Promise<void> } | undefined;
  const gauges = createGauges(registry, () => {
    if (!reading || now() - reading.at >= FRESH_MS) reading = { at: now(), done: read() };
    return reading.done;
  });

  async function read(): Promise<void> {
    const startedAt = now();
    const fleet = await database.withSystem(readFleet).catch(() => null);
    clear(gauges);
    gauges.up.set(fleet ? 1 : 0);
    if (!fleet) return;
    write(gauges, fleet);
    gauges.took.set((now() - startedAt) / 1000);
  }
}

type Gauges = ReturnType<typeof createGauges>;

/** All gauges wait for the one read of a scrape: prom-client collects them at the same time. */
function createGauges(registry: Registry, collect: () => Promise<void>) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `mantis_${name}`, help, labelNames, registers: [registry], collect });
  return {
    up: gauge('database_up', 'Whether the state could be read from the database'),
    active: gauge('runs_active', 'Active runs', 'state', 'kind'),
    idle: gauge(
      'run_idle_seconds',
      'Longest time without progress of an active run that does not wait for its store',
      'state',
      'kind',
    ),
    finished: gauge(
      'runs_finished_last_hour',
      'Runs that ended within the last hour',
      'state',
      'kind',
    ),
    actions: gauge('runs_action_required', 'Runs that need a decision, by reason', 'code'),
    storeUp: gauge('store_up', 'Whether a store is synced: 0 if it is paused', 'store'),
    paused: gauge('stores_paused', 'Paused stores, by reason', 'code'),
    verified: gauge(
      'store_verified_age_seconds',
      'Age of the oldest verification of a store; missing before the first complete read of its list',
      'store',
    ),
    refreshed: gauge(
      'store_refreshed_age_seconds',
      'Time since everything new was last requested from a store; missing before the first time',
      'store',
    ),
    endpoints: gauge('webhook_endpoints', 'Stores by the state of their webhooks', 'state'),
    gap: gauge(
      'webhook_gap_seconds',
      'How long the webhooks of a store have been broken; missing while they work',
      'store',
    ),
    jobs: gauge('jobs', 'Jobs in the queue by task and state', 'task', 'state'),
    oldest: gauge('job_oldest_due_seconds', 'Waiting time of the oldest due job', 'task'),
    alive: gauge('workers_alive', 'Workers with a heartbeat in the last 8 seconds'),
    heartbeat: gauge(
      'worker_heartbeat_age_seconds',
      'Age of the newest heartbeat; missing without workers',
    ),
    took: gauge('fleet_read_seconds', 'Duration of the last read of the state'),
  };
}

function clear(gauges: Gauges): void {
  for (const gauge of Object.values(gauges)) gauge.reset();
  // After a reset a gauge without labels reports 0, which would be wrong.
  for (const gauge of [gauges.alive, gauges.heartbeat, gauges.took]) gauge.remove();
}

/** Reports 0 for missing combinations, so that graphs have no gaps. */
function writeZeros({ active, idle, jobs, oldest }: Gauges): void {
  for (const kind of RUN_KINDS)
    for (const state of ['draft', 'processing']) {
      active.set({ state, kind }, 0);
      idle.set({ state, kind }, 0);
    }
  for (const task of ['sync.discover', 'sync.process']) {
    oldest.set({ task }, 0);
    for (const state of ['due', 'later', 'running', 'given_up']) jobs.set({ task, state }, 0);
  }
}

function write(gauges: Gauges, fleet: Fleet): void {
  writeZeros(gauges);
  for (const { state, kind, count, oldestIdleSeconds } of fleet.activeRuns) {
    gauges.active.set({ state, kind }, count);
    gauges.idle.set({ state, kind }, oldestIdleSeconds);
  }
  for (const { state, kind, count } of fleet.finishedRuns)
    gauges.finished.set({ state, kind }, count);
  for (const { code, count } of fleet.actions) gauges.actions.set({ code }, count);
  for (const store of fleet.stores) writeStore(gauges, store);
  for (const { task, oldestDueSeconds, due, later, running, givenUp } of fleet.jobs) {
    gauges.oldest.set({ task }, oldestDueSeconds);
    gauges.jobs.set({ task, state: 'due' }, due);
    gauges.jobs.set({ task, state: 'later' }, later);
    gauges.jobs.set({ task, state: 'running' }, running);
    gauges.jobs.set({ task, state: 'given_up' }, givenUp);
  }
  gauges.alive.set(fleet.workers.alive);
  if (fleet.workers.newestBeatSeconds !== null)
    gauges.heartbeat.set(fleet.workers.newestBeatSeconds);
}

function writeStore(gauges: Gauges, store: Fleet['stores'][number]): void {
  const { id, pauseCode, verifiedSeconds, refreshedSeconds, webhooks } = store;
  gauges.storeUp.set({ store: id }, pauseCode === null ? 1 : 0);
  if (pauseCode !== null) gauges.paused.inc({ code: pauseCode });
  if (verifiedSeconds !== null) gauges.verified.set({ store: id }, verifiedSeconds);
  if (refreshedSeconds !== null) gauges.refreshed.set({ store: id }, refreshedSeconds);
  if (webhooks === null) return;
  gauges.endpoints.inc({ state: webhooks.state });
  if (webhooks.gapSeconds !== null) gauges.gap.set({ store: id }, webhooks.gapSeconds);
}
