import { useEffect, useState } from 'react';

interface Found {
  items: number;
  pages: number;
  hasNextPage: boolean;
  isFetching: boolean;
  hasFailed: boolean;
  fetchNextPage: () => unknown;
}

/** Rows shown before the user must ask for more, and added each time. */
const rowsWanted = 25;
/** Pages loaded automatically, even if they contain little. */
const pagesAtMost = 10;

/**
 * A page of a search may be short or empty without being the last: loads further pages until there are enough
 * rows, or until the limit, after which the user decides.
 *
 * @param key of the search; a new one starts over
 */
export function useAutoFetchPages(
  key: string,
  found: Found | null,
): { isLooking: boolean; more: () => void } {
  const [goal, setGoal] = useState({ key, rows: rowsWanted, pages: pagesAtMost });
  if (goal.key !== key) setGoal({ key, rows: rowsWanted, pages: pagesAtMost });
  const isShort =
    found !== null &&
    found.hasNextPage &&
    !found.hasFailed &&
    goal.key === key &&
    found.items < goal.rows &&
    found.pages < goal.pages;
  const mayAsk = isShort && !found.isFetching;
  const fetchNextPage = found?.fetchNextPage;
  useEffect(() => {
    if (mayAsk) void fetchNextPage?.();
  }, [mayAsk, fetchNextPage]);
  return {
    isLooking: isShort,
    more() {
      if (!found) return;
      setGoal({ key, rows: found.items + rowsWanted, pages: found.pages + pagesAtMost });
      // Immediately, even after a failure.
      void found.fetchNextPage();
    },
  };
}
