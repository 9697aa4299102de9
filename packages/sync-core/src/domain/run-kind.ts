/**
 * What a run is for.
 *
 * - `full` walks the store's whole list.
 * - `reconcile` is a full walk that also finds deletions.
 * - `delta` asks cheap questions, then verifies a slice of the list in full.
 * - `webhook` takes customers that deliveries of webhooks named. It runs beside the others.
 */
export const RUN_KINDS = ['full', 'delta', 'reconcile', 'webhook'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Kinds that a person, an app or a schedule may start. */
export const STARTABLE_KINDS = ['full', 'delta', 'reconcile'] as const;
export type StartableKind = (typeof STARTABLE_KINDS)[number];

/**
 * What discovery does, step by step.
 *
 * - `newest`: the newest by id, until a known one. Misses nothing but what was made while it asked.
 * - `active`: who was active, by the store's report. Misses changes that are no activity (an
 *   administrator's edit, an import), and everything where the report is off or empty.
 * - `leftovers`: customers that webhooks named and that could not be applied.
 * - `guests`: who ordered without an account.
 * - `walk`: the anchored walk, of all or of a slice. Misses nothing within its range.
 * - `deliveries`: customers that webhooks named.
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

/** The step after this one; null after the last, which ends discovery itself. */
export function stepAfter(kind: RunKind, step: DiscoveryStep): DiscoveryStep | null {
  const plan = PLANS[kind];
  return plan[plan.indexOf(step) + 1] ?? null;
}

/** Where a change of a customer came from. */
export const CHANGE_SOURCES = ['walk', 'delta', 'reconcile', 'webhook', 'retry'] as const;
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

/** A line of a later round is a retry, whatever run it is in. */
export function changeSource(kind: RunKind, round: number): ChangeSource {
  if (round > 1) return 'retry';
  return kind === 'full' ? 'walk' : kind;
}
