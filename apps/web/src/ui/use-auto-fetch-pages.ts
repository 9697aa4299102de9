import { useEffect, useState } from 'react';

interface Found {
  items: number;
  pages: number;
  hasNextPage: boolean;
  isFetching: boolean;
  hasFailed: boolean;
  fetchNextPage: () => unknown;
}

/** Rows that are shown before somebody asks for more, and again with each time. */
const rowsWanted = 25;
/** Pages that are asked for without anybody asking, however little they bring. */
const pagesAtMost = 10;

/**
 * A page of a search may be short, or empty, and yet not the last: asks for the next ones until there is
 * enough to look at, or so many came that it is better to ask whether to go on.
 *
 * @param key of what is looked for; another one starts over
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
      // At once, also where it failed.
      void found.fetchNextPage();
    },
  };
}
