import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beginSecondPass,
  beginWalk,
  budgetAfterFirstPage,
  growPage,
  nextRequest,
  type PageRequest,
  probesBeside,
  receivePage,
  requestsToPrefetch,
  shrinkPage,
  skipRecord,
  walkBudget,
  type WalkState,
} from './walk.ts';

/** A store: what it serves for the n-th request (from 0). */
type Serve = (request: PageRequest, n: number) => (number | null)[];

const toRows = (ids: readonly (number | null)[]) => ids.map((id) => ({ id, row: { id } }));

interface Walked {
  end: 'ended' | 'no_progress' | 'out_of_order' | 'budget';
  requests: number;
  seen: Set<number>;
}

/** Walks a store to its end, as discovery does, with a budget fixed by the first total. */
function walkStore(serve: Serve, total: number | null, pageSize = 100): Walked {
  let budget = 1;
  const seen = new Set<number>();
  let walk = beginWalk(pageSize);
  for (let requests = 0; requests < budget; requests += 1) {
    const request = nextRequest(walk);
    const ids = serve(request, requests);
    if (requests === 0) budget = budgetAfterFirstPage(total, ids.length, pageSize);
    const step = receivePage(walk, { request, rows: toRows(ids) });
    if (step.kind === 'out_of_order' || step.kind === 'no_progress' || step.kind === 'ended') {
      return { end: step.kind, requests: requests + 1, seen };
    }
    if (step.kind === 'advanced') for (const { id } of step.newRows) seen.add(id ?? 0);
    walk = step.walk;
  }
  return { end: 'budget', requests: budget, seen };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const faithful =
  (ids: readonly number[]): Serve =>
  ({ offset, perPage }) =>
    ids.slice(offset, offset + perPage);

describe('a store that behaves correctly', () => {
  test.each([0, 1, 2, 99, 100, 101, 198, 199, 200, 797, 799, 800, 801, 1000])(
    '%i customers: all seen, within ceil(n / 99) + 2 requests',
    (count) => {
      const walked = walkStore(faithful(upTo(count)), count);
      expect(walked.end).toBe('ended');
      expect([...walked.seen]).toEqual(upTo(count));
      expect(walked.requests).toBeLessThanOrEqual(Math.ceil(count / 99) + 2);
    },
  );

  test('797 customers take 11 requests', () => {
    expect(walkStore(faithful(upTo(797)), 797).requests).toBe(11);
  });

  test.each([2, 3, 4, 8])(
    'fetching %i pages ahead guesses every request of 797 customers',
    (ahead) => {
      const ids = upTo(797);
      let walk = beginWalk(100);
      for (let guesses: PageRequest[] = [], requests = 0; requests < 20; requests += 1) {
        const request = nextRequest(walk);
        // All predicted requests are the ones now needed.
        if (guesses.length > 0) expect(guesses[0]).toEqual(request);
        const step = receivePage(walk, { request, rows: toRows(faithful(ids)(request, requests)) });
        if (step.kind !== 'advanced') {
          expect(step.kind).toBe('ended');
          return;
        }
        guesses = requestsToPrefetch(walk, 797, ahead).slice(1);
        walk = step.walk;
      }
      expect.unreachable('the walk did not end');
    },
  );

  test('nothing is guessed while the store has not said how many it has', () => {
    expect(requestsToPrefetch(beginWalk(100), null, 4)).toEqual([{ offset: 0, perPage: 100 }]);
  });
});

describe('stores with false totals', () => {
  test('the same page forever: no progress after seven requests', () => {
    const walked = walkStore(() => upTo(100), 797);
    expect(walked).toMatchObject({ end: 'no_progress', requests: 7 });
    expect(walked.seen.size).toBe(100);
  });

  test('endless new customers: the walk ends at its budget', () => {
    const walked = walkStore(({ offset, perPage }) => upTo(offset + perPage).slice(offset), 100);
    expect(walked).toMatchObject({ end: 'budget', requests: 3 * Math.ceil(100 / 99) + 50 });
  });

  test.each([null, 0])('a total of %s is not believed: all customers are seen', (total) => {
    expect(walkStore(faithful(upTo(5_000)), total)).toMatchObject({ end: 'ended', requests: 53 });
  });

  test('a total that is cut at a million', () => {
    expect(walkBudget(1e9, 100)).toBe(walkBudget(1_000_000, 100));
  });

  test('a page out of order is rejected', () => {
    expect(walkStore(() => [3, 1, 2], 3).end).toBe('out_of_order');
  });

  test('a store that serves ten rows at most: all customers are seen', () => {
    const ids = upTo(797);
    const walked = walkStore(({ offset }) => ids.slice(offset, offset + 10), 797);
    expect(walked.end).toBe('ended');
    expect(walked.seen.size).toBe(797);
  });

  test('the same customer twice on a page is taken once; a row without an id is kept each time', () => {
    const walk = beginWalk(100);
    const rows = toRows([1, 1, null, 2]);
    const step = receivePage(walk, { request: nextRequest(walk), rows });
    expect(step).toMatchObject({
      kind: 'advanced',
      newRows: [rows[0], rows[2], rows[3]],
      walk: { lastId: 2, offset: 3 },
    });
  });

  test('a store that is emptied during the walk: the walk returns to the beginning, which is empty', () => {
    const walked = walkStore(
      ({ offset, perPage }, n) => (n < 3 ? upTo(500).slice(offset, offset + perPage) : []),
      500,
    );
    expect(walked.end).toBe('ended');
  });
});

describe('a list that moves', () => {
  test('customers deleted behind the walk: it steps back and misses none', () => {
    const ids = upTo(500);
    const walked = walkStore((request, n) => {
      if (n === 2) ids.splice(0, 120);
      return faithful(ids)(request, n);
    }, 500);
    expect(walked.end).toBe('ended');
    for (const id of ids) expect(walked.seen).toContain(id);
  });

  test('a walk ends and sees every customer that exists throughout, whatever is created or deleted', () => {
    const change = fc.record({
      at: fc.nat(40),
      deleted: fc.array(fc.nat(600), { maxLength: 30 }),
      created: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.nat(600), fc.array(change, { maxLength: 12 }), (count, changes) => {
        let ids = upTo(count);
        let nextId = count + 1;
        const throughout = new Set(ids);
        const walked = walkStore((request, n) => {
          for (const { at, deleted, created } of changes) {
            if (at !== n) continue;
            for (const id of deleted) throughout.delete(id);
            ids = ids.filter((id) => !deleted.includes(id));
            for (let more = 0; more < created; more += 1) ids.push(nextId++);
          }
          return faithful(ids)(request, n);
        }, count);
        expect(walked.requests).toBeLessThanOrEqual(walkBudget(Math.max(count, 1), 100));
        const missed = [...throughout].filter((id) => !walked.seen.has(id));
        if (walked.end === 'ended') expect(missed).toEqual([]);
      }),
      { seed: 797, numRuns: 2_000 },
    );
  });

  test('a walk ends within its budget, whatever the store serves', () => {
    const page = fc.array(fc.option(fc.integer({ min: 1, max: 300 })), { maxLength: 100 });
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 8 }), fc.boolean(), (pages, sorted) => {
        const walked = walkStore((_, n) => {
          const ids = pages[n % pages.length] ?? [];
          return sorted ? ids.toSorted((a, b) => (a ?? 0) - (b ?? 0)) : ids;
        }, 300);
        expect(walked.requests).toBeLessThanOrEqual(walkBudget(300, 2));
      }),
      { seed: 797, numRuns: 2_000 },
    );
  });
});

describe('a record that cannot be read', () => {
  /** Reads as discovery does when the store fails for every page that holds `poison`. */
  function readAround(
    ids: readonly number[],
    poison: number,
  ): { seen: Set<number>; skipped: number } {
    const holds = ({ offset, perPage }: PageRequest) =>
      ids.slice(offset, offset + perPage).includes(poison);
    const seen = new Set<number>();
    let skipped = 0;
    let walk: WalkState = beginWalk(100);
    for (let requests = 0; requests < 200; requests += 1) {
      const request = nextRequest(walk);
      if (holds(request)) {
        const smaller = shrinkPage(walk);
        if (smaller) walk = smaller;
        else {
          expect(probesBeside(walk).some(holds)).toBe(false);
          walk = skipRecord(walk);
          skipped += 1;
        }
        continue;
      }
      const step = receivePage(walk, { request, rows: toRows(faithful(ids)(request, requests)) });
      if (step.kind === 'ended') return { seen, skipped };
      if (step.kind !== 'advanced') return expect.unreachable(step.kind);
      for (const { id } of step.newRows) seen.add(id ?? 0);
      walk = growPage(step.walk, 100);
    }
    return expect.unreachable('the walk did not end');
  }

  test.each([1, 2, 50, 99, 100, 101, 250])(
    'customer %i of 250 stands alone; all others are seen',
    (poison) => {
      const { seen, skipped } = readAround(upTo(250), poison);
      expect(skipped).toBe(1);
      expect(seen).toEqual(new Set(upTo(250).filter((id) => id !== poison)));
    },
  );
});

test('a second pass begins at the start and keeps the page size', () => {
  const walk = { ...beginWalk(100), lastId: 7, offset: 7, unanchored: true, pageSize: 50 };
  expect(beginSecondPass(walk)).toMatchObject({
    lastId: 0,
    offset: 0,
    unanchored: false,
    pass: 2,
    pageSize: 50,
  });
});
