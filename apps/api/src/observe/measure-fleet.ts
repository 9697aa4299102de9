import type { Database } from '@mantis-sync/db';
import { type Fleet, readFleet, RUN_KINDS } from '@mantis-sync/sync-core';
import { Gauge, type Registry } from '@mantis-sync/telemetry';

/** Scrapes within this time share one reading, in milliseconds. */
const FRESH_MS = 5_000;

/**
 * The state of the whole, read from the database at a scrape. Every API process says the same, so queries
 * take the `max` of them. Where the database does not answer nothing old is told: the series are gone, and
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

/** Each waits for the one reading of a scrape: prom-client reads them all at once. */
function createGauges(registry: Registry, collect: () => Promise<void>) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `mantis_${name}`, help, labelNames, registers: [registry], collect });
  return {
    up: gauge('database_up', 'Whether the state could be read from the database'),
    active: gauge('runs_active', 'Runs that are not over', 'state', 'kind'),
    idle: gauge(
      'run_idle_seconds',
      'Longest time that an active run has come no nearer to its end, but for those that wait for their store',
      'state',
      'kind',
    ),
    finished: gauge('runs_finished_last_hour', 'Runs that ended within an hour', 'state', 'kind'),
    actions: gauge('runs_action_required', 'Runs that need a person, by why', 'code'),
    storeUp: gauge('store_up', 'Whether a store is synced: 0 where it is paused', 'store'),
    paused: gauge('stores_paused', 'Paused stores, by why', 'code'),
    verified: gauge(
      'store_verified_age_seconds',
      'Age of the oldest verification of a store; missing before its first whole walk',
      'store',
    ),
    refreshed: gauge(
      'store_refreshed_age_seconds',
      'Time since a store was last asked for all that is new; missing before the first time',
      'store',
    ),
    endpoints: gauge('webhook_endpoints', 'Stores by the state of their webhooks', 'state'),
    gap: gauge(
      'webhook_gap_seconds',
      'How long the webhooks of a store have been out of order; missing where they work',
      'store',
    ),
    jobs: gauge('jobs', 'Jobs in the queue by task and state', 'task', 'state'),
    oldest: gauge('job_oldest_due_seconds', 'How long the oldest job waits that is due', 'task'),
    alive: gauge('workers_alive', 'Workers that beat within 8 seconds'),
    heartbeat: gauge(
      'worker_heartbeat_age_seconds',
      'Since any worker beat last; missing without any',
    ),
    took: gauge('fleet_read_seconds', 'What the last reading of all this took'),
  };
}

function clear(gauges: Gauges): void {
  for (const gauge of Object.values(gauges)) gauge.reset();
  // A gauge without labels is told as 0 after a reset, which would be a lie.
  for (const gauge of [gauges.alive, gauges.heartbeat, gauges.took]) gauge.remove();
}

/** What there is none of is told as 0, so that its line in a graph has no holes. */
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
