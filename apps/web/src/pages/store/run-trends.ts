import { isOver, secondsOf } from '../../api/run-facts.ts';
import type { Run } from '../../api/trpc.ts';

/** A store's runs on one day of the user's calendar. */
export interface Day {
  /** `2026-01-31` */
  date: string;
  runs: number;
  /** Of the longest run, in seconds. */
  longestSeconds: number;
  failed: number;
  changed: number;
}

/**
 * Sums of runs by day, oldest first, without gaps. Webhook runs count only as changes, since they run beside
 * the others.
 */
export function trendsOf(runs: readonly Run[], today: string): Day[] {
  const finished = runs.filter(isOver);
  const first = finished.map(dayOf).toSorted()[0];
  if (first === undefined) return [];
  const days = new Map<string, Day>();
  for (let date = first; date <= today; date = nextDay(date))
    days.set(date, { date, runs: 0, longestSeconds: 0, failed: 0, changed: 0 });
  for (const run of finished) {
    const day = days.get(dayOf(run));
    if (!day) continue;
    const { created, updated, deleted } = run.outcomes;
    day.changed += created + updated + deleted;
    if (run.kind === 'webhook') continue;
    day.runs += 1;
    day.failed += run.counts.failed;
    day.longestSeconds = Math.max(day.longestSeconds, secondsOf(run) ?? 0);
  }
  return [...days.values()];
}

const dayOf = (run: Run): string => localDay(new Date(run.startedAt ?? run.createdAt));

/** The calendar day in the user's time zone. */
export function localDay(at: Date): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

function nextDay(date: string): string {
  const next = new Date(`${date}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
