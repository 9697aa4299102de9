/**
 * The anchored walk: how discovery pages through a store's customers without losing one, and ends.
 *
 * WooCommerce pages by offset only, so a customer deleted behind us shifts the rest to the left, and
 * the next page by number would begin after customers that nobody read. Each request therefore starts
 * one row before the end of what is known: its first row must be the last id seen (the anchor). If it is
 * not, the list moved and the walk steps back. Only an empty page right behind an anchored one is the
 * end; the store's totals are for display and for the final reconciliation.
 *
 * Termination does not depend on the store: every request is spent from a budget that is fixed after
 * the first page (`walkBudget`). All functions here are pure.
 */

/** Where a walk stands; kept in the run's row and moved in the transaction that stores a page. */
export interface WalkState {
  /** Greatest id seen in this pass; 0 before the first. */
  lastId: number;
  /** Rows of the store's list that lie behind us. */
  offset: number;
  /** Non-empty pages in a row without a new id. */
  pagesWithoutProgress: number;
  /** Rows to ask for; smaller while a page cannot be read whole. */
  pageSize: number;
  /** The next request begins at `rank` itself, without an anchor: to confirm the end, or behind an unreadable record. */
  unanchored: boolean;
  /** 1, or 2 when the first pass saw fewer customers than the store says it has. */
  pass: number;
  stepsBack: number;
}

export interface PageRequest {
  offset: number;
  perPage: number;
}

/** A row as the store sent it. */
export interface PageRow {
  /** Null where the row has no usable id. */
  id: number | null;
  row: unknown;
}

export interface PageReceived {
  request: PageRequest;
  /** In the order served. */
  rows: readonly PageRow[];
}

export type WalkStep =
  /** Go on from `walk`. `newRows` are to be stored. */
  | { kind: 'advanced'; walk: WalkState; newRows: readonly PageRow[] }
  /** An anchor was missing: rows were deleted behind us. */
  | { kind: 'stepped_back'; walk: WalkState }
  /** An empty page behind an anchored one. */
  | { kind: 'ended'; walk: WalkState }
  /** The page contradicts the order asked for; worth asking again. */
  | { kind: 'out_of_order' }
  /** Page after page without a new customer. */
  | { kind: 'no_progress' };

/** Non-empty pages without a new id that end a walk as failed. */
export const MAX_PAGES_WITHOUT_PROGRESS = 6;

/** Customers assumed where a store does not say how many it has, and the most that is believed. */
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

/** The request that goes on from `walk`. */
export function nextRequest(walk: WalkState): PageRequest {
  return {
    offset: walk.unanchored ? walk.offset : Math.max(0, walk.offset - 1),
    perPage: walk.pageSize,
  };
}

/**
 * Requests that a run may make for its walk, fixed once the first page is in: three times the pages
 * that the first total asks for, plus 50. A total that is missing or zero is not believed, and one
 * above a million is cut.
 */
export function walkBudget(firstTotal: number | null, pageSize: number): number {
  const customers = Math.min(
    firstTotal === null || firstTotal < 1 ? MAX_CUSTOMERS : firstTotal,
    MAX_CUSTOMERS,
  );
  return 3 * Math.ceil(customers / (pageSize - 1)) + 50;
}

/** The budget of a walk whose first page is in: a store that serves fewer rows than asked for needs more pages. */
export function budgetAfterFirstPage(total: number | null, rows: number, pageSize: number): number {
  if (total === null || total < rows) return walkBudget(null, pageSize);
  return walkBudget(total, total > rows ? Math.max(2, Math.min(rows, pageSize)) : pageSize);
}

/** What a page means for the walk. Total: every page has one meaning. */
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
    // Short and nothing new: the end, if nothing follows. Asking once more decides it.
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
 * The requests worth having in flight: the next one, and those that follow from it while the store
 * behaves as its total says. A wrong guess costs its request, nothing else: an answer counts only if it
 * is the answer to `nextRequest` when its turn comes.
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

/** Where the walk stands after its next page, if the store has `total` customers; null behind the end. */
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

/** After a page was read whole: ask for more again, up to the run's page size. */
export function growPage(walk: WalkState, pageSize: number): WalkState {
  return walk.pageSize >= pageSize
    ? walk
    : { ...walk, pageSize: Math.min(pageSize, walk.pageSize * 2) };
}

/** After a page could not be read: ask for half. Null when it is down to one unread record. */
export function shrinkPage(walk: WalkState): WalkState | null {
  const smallest = walk.unanchored || walk.offset === 0 ? 1 : 2;
  if (walk.pageSize <= smallest) return null;
  return { ...walk, pageSize: Math.max(smallest, Math.ceil(walk.pageSize / 2)) };
}

/** The requests that tell an unreadable page from an unreadable store: the record behind it, and the first. */
export function probesBeside(walk: WalkState): PageRequest[] {
  const behind = { offset: walk.offset + walk.pageSize, perPage: 1 };
  return walk.offset === 0 ? [behind] : [behind, { offset: 0, perPage: 1 }];
}

/** Goes on behind one record that the store cannot serve. */
export function skipRecord(walk: WalkState): WalkState {
  return { ...walk, offset: walk.offset + 1, unanchored: true };
}

/** A second pass from the start, for a list that moved too much to trust the first. */
export function beginSecondPass(walk: WalkState): WalkState {
  return { ...walk, lastId: 0, offset: 0, pagesWithoutProgress: 0, unanchored: false, pass: 2 };
}

/** Rows of the store's list on a page; one that is served twice is one. */
function countRows(ids: readonly (number | null)[]): number {
  const known = ids.filter((id) => id !== null);
  return ids.length - known.length + new Set(known).size;
}

/** A row that is served twice is out of order nowhere. */
function isAscending(ids: readonly (number | null)[]): boolean {
  const known = [...new Set(ids)].filter((id) => id !== null);
  return known.every((id, index) => index === 0 || id > (known[index - 1] as number));
}

/** True if a row at or before the last id was served first, or one that cannot tell. */
function hasAnchor(walk: WalkState, ids: readonly (number | null)[]): boolean {
  const first = ids[0];
  if (first === undefined) return false;
  return first === null || first <= walk.lastId;
}

/** The rows to store: new ids, each once, and rows without an id (stored under another key). */
function newRowsOf(walk: WalkState, rows: readonly PageRow[]): PageRow[] {
  let last = walk.lastId;
  return rows.filter(({ id }) => {
    if (id === null) return true;
    if (id <= last) return false;
    last = id;
    return true;
  });
}
