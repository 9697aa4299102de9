import type { InfiniteData } from '@tanstack/react-query';
import { isInView, type ActivityFilter } from './activity-filter.ts';
import type { ActivityEntry, ActivityPage } from './trpc.ts';

/** A run's log as it is cached: pages newest first, and newest first within them. */
export type ActivityData = InfiniteData<ActivityPage, number | null>;

/** A log that nobody scrolled back in keeps no more entries than these. */
const keptEntries = 200;

/**
 * Adds what the stream sent, oldest first. Entries known already are passed over. Where some are missing
 * between what is known and what came, only what came is kept: the rest can be loaded again.
 */
export function addEntries(
  data: ActivityData | undefined,
  incoming: readonly ActivityEntry[],
): ActivityData {
  const [head, ...older] = data?.pages ?? [];
  const newest = newestSeq(data);
  const fresh = incoming.filter((entry) => (entry.seq ?? 0) > newest).toReversed();
  const oldestFresh = fresh.at(-1)?.seq;
  if (data && head && oldestFresh === undefined) return data;
  if (!data || !head || (oldestFresh ?? 0) > newest + 1) {
    return { pages: [{ items: fresh }], pageParams: [null] };
  }
  const items = [...fresh, ...head.items];
  const kept = older.length === 0 ? items.slice(0, keptEntries) : items;
  return { ...data, pages: [{ ...head, items: kept }, ...older] };
}

/** An answer that was under way while the stream went on: what it lacks is put before it. */
export function keepNewerEntries(
  known: ActivityData | undefined,
  next: ActivityData,
): ActivityData {
  const newest = newestSeq(next);
  const later = known?.pages
    .flatMap((page) => page.items)
    .filter((entry) => (entry.seq ?? 0) > newest);
  return later && later.length > 0 && newest > 0 ? addEntries(next, later.toReversed()) : next;
}

/** Whether entries are missing between what is known and what came. */
export function hasGap(
  data: ActivityData | undefined,
  incoming: readonly ActivityEntry[],
): boolean {
  const newest = newestSeq(data);
  return newest > 0 && (incoming[0]?.seq ?? 0) > newest + 1;
}

/** Adds what belongs to a part of the log, and is not there yet, from what the stream sent. */
export function addToView(
  data: ActivityData | undefined,
  incoming: readonly ActivityEntry[],
  view: ActivityFilter,
): ActivityData | undefined {
  const [head, ...older] = data?.pages ?? [];
  if (!data || !head) return data;
  const items = mergeEntries(
    incoming.filter((entry) => (entry.seq ?? 0) > newestSeq(data) && isInView(entry, view)),
    head.items,
  );
  return items.length === head.items.length
    ? data
    : { ...data, pages: [{ ...head, items }, ...older] };
}

/** Entries of both, each once, newest first. */
export function mergeEntries(
  one: readonly ActivityEntry[],
  other: readonly ActivityEntry[],
): ActivityEntry[] {
  const bySeq = new Map([...one, ...other].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].toSorted((a, b) => (b.seq ?? 0) - (a.seq ?? 0));
}

function newestSeq(data: ActivityData | undefined): number {
  return data?.pages[0]?.items[0]?.seq ?? 0;
}
