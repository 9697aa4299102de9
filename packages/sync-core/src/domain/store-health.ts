import { countOf, formatCount } from './count-words.ts';
import type { RunPhase } from './run-status.ts';

export const HEALTH_STATES = [
  'needs_attention',
  'failures',
  'running',
  'paused',
  'new',
  'healthy',
] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

export interface StoreHealth {
  state: HealthState;
  sentence: string;
}

/** The facts that a store's health is derived from. */
export interface HealthFacts {
  customers: number;
  pause: { reason: string; isByPerson: boolean; by: { name: string | null } | null } | null;
  lastRun: {
    phase: RunPhase;
    phaseText: string;
    isOver: boolean;
    failed: number;
    action: { reason: string } | null;
    isForced: boolean;
  } | null;
  /** Since when a scheduled run is overdue; null if all are on time. */
  overdueSince: Date | null;
  webhooks: { state: 'pending' | 'active' | 'refused' | 'off'; reason: string | null } | null;
}

/** The health of a store in one sentence; the first matching rule applies. */
export function healthOf(facts: HealthFacts): StoreHealth {
  const { pause, lastRun } = facts;
  if (pause && !pause.isByPerson)
    return { state: 'needs_attention', sentence: `Paused: ${pause.reason}` };
  if (pause) {
    const by = pause.by?.name ? ` by ${pause.by.name}` : '';
    return { state: 'paused', sentence: `Paused${by}: ${pause.reason}` };
  }
  if (!lastRun) return { state: 'new', sentence: 'Not synced yet.' };
  if (lastRun.action) return { state: 'needs_attention', sentence: lastRun.action.reason };
  if (!lastRun.isOver)
    return { state: 'running', sentence: `A run is in progress: ${lastRun.phaseText}.` };
  if (facts.overdueSince)
    return { state: 'needs_attention', sentence: 'Scheduled runs have not finished in time.' };
  if (lastRun.phase === 'failed' || lastRun.failed > 0) return failures(lastRun);
  if (facts.webhooks?.state === 'refused') {
    const reason = facts.webhooks.reason ?? 'the store does not deliver them.';
    return { state: 'needs_attention', sentence: `Webhooks do not work: ${reason}` };
  }
  return { state: 'healthy', sentence: healthy(facts) };
}

function failures({ phase, phaseText, failed }: NonNullable<HealthFacts['lastRun']>): StoreHealth {
  const sentence =
    phase === 'failed'
      ? `The last run failed: ${phaseText}.`
      : `${countOf(failed, 'customer')} failed in the last run; all others are up to date.`;
  return { state: 'failures', sentence: sentence.replace(/\.\.$/, '.') };
}

function healthy({ customers, lastRun, webhooks }: HealthFacts): string {
  if (lastRun?.isForced)
    return 'The last run was forced done, so some customers may be out of date until the next run.';
  const who = customers === 1 ? '1 customer is' : `All ${formatCount(customers)} customers are`;
  const how = webhooks?.state === 'active' ? ', and webhooks deliver changes as they happen' : '';
  return customers === 0 ? 'Synced; the store has no customers.' : `${who} up to date${how}.`;
}

/** Tolerance for late runs before people are notified, in milliseconds. */
const GRACE_MS = 60 * 60_000;

/**
 * Since when a run is overdue: two intervals and an hour after the last complete one. Null if that time is not
 * reached, no schedule is active, or the store was never synced.
 */
export function overdueSince(facts: {
  now: Date;
  refreshedAt: Date | null;
  /** Shortest interval between two scheduled runs, in milliseconds; null without a schedule. */
  intervalMs: number | null;
}): Date | null {
  const { now, refreshedAt, intervalMs } = facts;
  if (refreshedAt === null || intervalMs === null) return null;
  const due = new Date(refreshedAt.getTime() + 2 * intervalMs + GRACE_MS);
  return due <= now ? due : null;
}
