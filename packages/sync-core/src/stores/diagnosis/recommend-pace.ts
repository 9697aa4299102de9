/** The measured speed of a store and the recommended settings. */
export interface PaceAdvice {
  /** Milliseconds for one page. */
  pageMs: number;
  /** Customers on that page. */
  rows: number;
  /** Recommended page size: a page should take at most five seconds. */
  pageSize: number;
  /** Recommended number of parallel page requests. */
  pagesAhead: number;
  /** Milliseconds for a complete walk at this pace; null if the store's size is unknown. */
  walkMs: number | null;
}

const PAGE_SIZE = 100;
const SMALLEST_PAGE = 10;
const LONGEST_PAGE_MS = 5_000;
/** A store that takes longer than this has no spare PHP worker. */
const QUICK_PAGE_MS = 1_500;

/**
 * Recommends a pace from one measured page. The time of a page grows with its rows (measured on WooCommerce
 * 10: 3 to 4 ms each, after 70 to 90 ms for PHP to start).
 *
 * @param total customers of the store; null if unknown
 */
export function recommendPace(pageMs: number, rows: number, total: number | null): PaceAdvice {
  const perRow = pageMs / Math.max(rows, 1);
  const fitting = rows === 0 ? PAGE_SIZE : Math.floor(LONGEST_PAGE_MS / Math.max(perRow, 0.001));
  const pageSize = pageMs <= LONGEST_PAGE_MS ? PAGE_SIZE : clamp(fitting, SMALLEST_PAGE, PAGE_SIZE);
  const pagesAhead = pageMs <= QUICK_PAGE_MS ? 2 : 1;
  const pages = total === null ? null : Math.ceil(total / pageSize) + 1;
  const oneMs = rows === 0 ? pageMs : Math.max(pageMs, 1) * Math.min(1, pageSize / rows);
  return {
    pageMs: Math.round(pageMs),
    rows,
    pageSize,
    pagesAhead,
    walkMs: pages === null ? null : Math.round((pages * oneMs) / pagesAhead),
  };
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, value));
