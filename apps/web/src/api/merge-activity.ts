import type { InfiniteData } from '@tanstack/react-query';
import { isInView, type ActivityFilter } from './activity-filter.ts';
import type { ActivityEntry, ActivityPage } from './trpc.ts';

/** A run's log in the cache: pages and their entries newest first. */
export type ActivityData = InfiniteData<ActivityPage, number | null>;

/** Maximum number of cached entries of a log that was not scrolled back. */
const keptEntries = 50;

/**
 * Adds streamed entries, oldest first, without known ones. After a gap only the new entries are kept: the
 * older ones can be loaded again.
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

/** Merges a response that was in flight while the stream continued. */
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

/** Whether entries are missing between the known and the new ones. */
export function hasGap(
  data: ActivityData | undefined,
  incoming: readonly ActivityEntry[],
): boolean {
  const newest = newestSeq(data);
  return newest > 0 && (incoming[0]?.seq ?? 0) > newest + 1;
}

/** Adds matching streamed entries to a filtered part of the activity. */
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

/** Entries of both without duplicates, newest first. */
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
