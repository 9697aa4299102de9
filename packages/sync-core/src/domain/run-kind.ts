/**
 * The purpose of a run.
 *
 * - `full` walks the store's whole list.
 * - `reconcile` is a full walk that also finds deletions.
 * - `delta` asks for new and active customers, then verifies one window of the list.
 * - `webhook` processes customers named by webhook deliveries. It runs beside the others.
 */
export const RUN_KINDS = ['full', 'delta', 'reconcile', 'webhook'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Kinds that people, apps and schedules may start. */
export const STARTABLE_KINDS = ['full', 'delta', 'reconcile'] as const;
export type StartableKind = (typeof STARTABLE_KINDS)[number];

/**
 * The steps of discovery.
 *
 * - `newest`: the newest customers by id, down to a known one. Misses only those created meanwhile.
 * - `active`: customers with recent activity, from the store's report. Misses changes without activity (an
 * administrator's edit, an import), and everything where the report is disabled or empty.
 * - `leftovers`: customers named by webhooks that could not be applied.
 * - `guests`: people who ordered without an account.
 * - `walk`: the anchored walk over the list or a window of it. Misses nothing in its range.
 * - `deliveries`: customers named by webhooks.
 */
export const DISCOVERY_STEPS = [
  'newest',
  'active',
  'leftovers',
  'guests',
  'walk',
  'deliveries',
] as const;
export type DiscoveryStep = (typeof DISCOVERY_STEPS)[number];

/** The steps of each kind, in order. */
const PLANS: Record<RunKind, readonly DiscoveryStep[]> = {
  full: ['guests', 'walk'],
  reconcile: ['guests', 'walk'],
  delta: ['newest', 'active', 'leftovers', 'guests', 'walk'],
  webhook: ['deliveries'],
};

export function firstStep(kind: RunKind): DiscoveryStep {
  return PLANS[kind][0] as DiscoveryStep;
}

/** The next step; null after the last one. */
export function stepAfter(kind: RunKind, step: DiscoveryStep): DiscoveryStep | null {
  const plan = PLANS[kind];
  return plan[plan.indexOf(step) + 1] ?? null;
}

/** The source of a customer's change. */
export const CHANGE_SOURCES = ['walk', 'delta', 'reconcile', 'webhook', 'retry'] as const;
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

/** A line of a later round is a retry in every kind of run. */
export function changeSource(kind: RunKind, round: number): ChangeSource {
  if (round > 1) return 'retry';
  return kind === 'full' ? 'walk' : kind;
}
