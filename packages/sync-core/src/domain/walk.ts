/**
 * The anchored walk: how discovery pages through a store's customers without missing one, and ends.
 *
 * WooCommerce pages by offset only. If a customer before the current position is deleted, all later rows
 * move one place to the left, and the next page would skip one. Each request therefore begins one row early:
 * its first row must be the last id seen (the anchor). If it is not, the list moved and the walk steps back.
 * Only an empty page after an anchored one is the end; the store's totals serve display and the final
 * reconciliation.
 *
 * Termination does not depend on the store: every request is taken from a budget that is fixed after the
 * first page (`walkBudget`). All functions here are pure.
 */

/** The position of a walk; saved in the run's row in the transaction that saves a page. */
export interface WalkState {
  /** Greatest id seen in this pass; 0 before the first. */
  lastId: number;
  /** Rows of the store's list that the walk has passed. */
  offset: number;
  /** Consecutive non-empty pages without a new id. */
  pagesWithoutProgress: number;
  /** Rows to request; fewer after a page could not be read. */
  pageSize: number;
  /** The next request begins at `offset` itself, without the anchor: to confirm the end, or after an unreadable record. */
  unanchored: boolean;
  /** 1, or 2 if the first pass found fewer customers than the store reports. */
  pass: number;
  stepsBack: number;
}

export interface PageRequest {
  offset: number;
  perPage: number;
}

/** A row as the store sent it. */
export interface PageRow {
  /** Null if the row has no usable id. */
  id: number | null;
  row: unknown;
}

export interface PageReceived {
  request: PageRequest;
  /** In the order received. */
  rows: readonly PageRow[];
}

export type WalkStep =
  /** Continue from `walk`; save `newRows`. */
  | { kind: 'advanced'; walk: WalkState; newRows: readonly PageRow[] }
  /** The anchor is missing: earlier rows were deleted. */
  | { kind: 'stepped_back'; walk: WalkState }
  /** An empty page after an anchored one. */
  | { kind: 'ended'; walk: WalkState }
  /** The page contradicts the requested order; ask again. */
  | { kind: 'out_of_order' }
  /** Several pages in a row without a new customer. */
  | { kind: 'no_progress' };

/** Consecutive pages without a new id that end a walk as failed. */
export const MAX_PAGES_WITHOUT_PROGRESS = 6;

/** Assumed number of customers where the store sends no total, and the maximum accepted total. */
export const MAX_CUSTOMERS = 1_000_000;

export function beginWalk(pageSize: number): WalkState {
  return {
    lastId: 0,
    offset: 0,
    pagesWithoutProgress: 0,
    pageSize,
    unanchored: false,
    pass: 1,
    stepsBack: 0,
  };
}

/** The next request of a walk. */
export function nextRequest(walk: WalkState): PageRequest {
  return {
    offset: walk.unanchored ? walk.offset : Math.max(0, walk.offset - 1),
    perPage: walk.pageSize,
  };
}

/**
 * The request budget of a walk, fixed after the first page: three times the pages that its total requires,
 * plus 50. A total that is missing or zero is replaced by the default, one above a million is cut.
 */
export function walkBudget(firstTotal: number | null, pageSize: number): number {
  const customers = Math.min(
    firstTotal === null || firstTotal < 1 ? MAX_CUSTOMERS : firstTotal,
    MAX_CUSTOMERS,
  );
  return 3 * Math.ceil(customers / (pageSize - 1)) + 50;
}

/** The budget after the first page: a store that returns fewer rows than requested needs more pages. */
export function budgetAfterFirstPage(total: number | null, rows: number, pageSize: number): number {
  if (total === null || total < rows) return walkBudget(null, pageSize);
  return walkBudget(total, total > rows ? Math.max(2, Math.min(rows, pageSize)) : pageSize);
}

/** Decides what a page means for the walk. Every page has a result. */
export function receivePage(walk: WalkState, page: PageReceived): WalkStep {
  const { offset, perPage } = page.request;
  const ids = page.rows.map(({ id }) => id);
  const rows = countRows(ids);
  if (!isAscending(ids)) return { kind: 'out_of_order' };

  if (rows === 0 && (walk.unanchored || offset === 0)) return { kind: 'ended', walk };
  if (!walk.unanchored && offset > 0 && !hasAnchor(walk, ids)) {
    const nextOffset = Math.max(0, offset - (perPage - 1));
    return {
      kind: 'stepped_back',
      walk: { ...walk, offset: nextOffset, stepsBack: walk.stepsBack + 1 },
    };
  }

  const newRows = newRowsOf(walk, page.rows);
  const lastId = ids.reduce<number>((last, id) => Math.max(last, id ?? 0), walk.lastId);
  const nextOffset = offset + rows;
  if (lastId > walk.lastId) {
    return {
      kind: 'advanced',
      newRows,
      walk: { ...walk, lastId, offset: nextOffset, pagesWithoutProgress: 0, unanchored: false },
    };
  }
  if (rows < perPage && !walk.unanchored) {
    // A short page with nothing new: probably the end. One more request confirms it.
    return { kind: 'advanced', newRows, walk: { ...walk, offset: nextOffset, unanchored: true } };
  }
  const pagesWithoutProgress = walk.pagesWithoutProgress + 1;
  if (pagesWithoutProgress >= MAX_PAGES_WITHOUT_PROGRESS) return { kind: 'no_progress' };
  return {
    kind: 'advanced',
    newRows,
    walk: { ...walk, offset: nextOffset, pagesWithoutProgress, unanchored: false },
  };
}

/**
 * The requests to prefetch: the next one, and those that follow if the store behaves as its total suggests. A
 * wrong guess only wastes a request: a response is used only if it matches `nextRequest` when its turn comes.
 */
export function requestsToPrefetch(
  walk: WalkState,
  total: number | null,
  ahead: number,
): PageRequest[] {
  const requests = [nextRequest(walk)];
  let guess: WalkState | null = walk;
  while (requests.length < ahead) {
    guess = total === null ? null : guessNext(guess, total);
    if (guess === null) break;
    requests.push(nextRequest(guess));
  }
  return requests;
}

/** The expected position after the next page of a store with `total` customers; null after the end. */
function guessNext(walk: WalkState, total: number): WalkState | null {
  const request = nextRequest(walk);
  const rows = Math.min(request.perPage, total - request.offset);
  if (rows <= 0) return null;
  const nextOffset = request.offset + rows;
  const hasNothingNew = nextOffset <= walk.offset && rows < request.perPage;
  return Object.assign({}, walk, { offset: nextOffset, unanchored: hasNothingNew });
}

export function sameRequest(a: PageRequest, b: PageRequest): boolean {
  return a.offset === b.offset && a.perPage === b.perPage;
}

/** After a complete page: grows the page size towards the run's setting. */
export function growPage(walk: WalkState, pageSize: number): WalkState {
  return walk.pageSize >= pageSize
    ? walk
    : { ...walk, pageSize: Math.min(pageSize, walk.pageSize * 2) };
}

/** After an unreadable page: halves the page size. Null if one unread record remains. */
export function shrinkPage(walk: WalkState): WalkState | null {
  const smallest = walk.unanchored || walk.offset === 0 ? 1 : 2;
  if (walk.pageSize <= smallest) return null;
  return { ...walk, pageSize: Math.max(smallest, Math.ceil(walk.pageSize / 2)) };
}

/** Requests that distinguish an unreadable record from an unavailable store: the record after it, and the first. */
export function probesBeside(walk: WalkState): PageRequest[] {
  const behind = { offset: walk.offset + walk.pageSize, perPage: 1 };
  return walk.offset === 0 ? [behind] : [behind, { offset: 0, perPage: 1 }];
}

/** Continues after a record that the store cannot return. */
export function skipRecord(walk: WalkState): WalkState {
  return { ...walk, offset: walk.offset + 1, unanchored: true };
}

/** Starts a second pass, because the list moved too much during the first. */
export function beginSecondPass(walk: WalkState): WalkState {
  return { ...walk, lastId: 0, offset: 0, pagesWithoutProgress: 0, unanchored: false, pass: 2 };
}

/** Distinct rows of a page. */
function countRows(ids: readonly (number | null)[]): number {
  const known = ids.filter((id) => id !== null);
  return ids.length - known.length + new Set(known).size;
}

/** Repeated rows do not break the order. */
function isAscending(ids: readonly (number | null)[]): boolean {
  const known = [...new Set(ids)].filter((id) => id !== null);
  return known.every((id, index) => index === 0 || id > (known[index - 1] as number));
}

/** True if the page begins with a row at or before the last id, or with one without an id. */
function hasAnchor(walk: WalkState, ids: readonly (number | null)[]): boolean {
  const first = ids[0];
  if (first === undefined) return false;
  return first === null || first <= walk.lastId;
}

/** The rows to save: new ids, each once, and rows without an id (saved under another key). */
function newRowsOf(walk: WalkState, rows: readonly PageRow[]): PageRow[] {
  let last = walk.lastId;
  return rows.filter(({ id }) => {
    if (id === null) return true;
    if (id <= last) return false;
    last = id;
    return true;
  });
}
