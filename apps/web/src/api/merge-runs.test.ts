import { describe, expect, it } from 'vitest';
import { aRun, aStore } from '../../test/run-fixture.ts';
import type { Run } from './trpc.ts';
import {
  keepNewerRuns,
  keepNewerStores,
  placeLastRun,
  placeRun,
  type RunFilter,
  type RunsData,
} from './merge-runs.ts';

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
const run = (runId: string, minute: number, changes: Partial<Run> = {}) =>
  aRun({ runId, createdAt: at(minute), ...changes });
const list = (nextCursor: string | null, ...items: Run[]): RunsData => ({
  pages: [{ items, nextCursor }],
  pageParams: [null],
});
const idsOf = (data: RunsData) =>
  data.pages.flatMap((page) => page.items.map((item) => item.runId));

describe('placeRun', () => {
  it('adds no run of another starter or an earlier time', () => {
    const add = (filter: RunFilter) =>
      idsOf(placeRun(list(null), run('a', 5, { startedBy: cron }), filter));
    const cron = { type: 'cron', id: null, name: null } as const;
    expect(add({ starters: ['cron'], from: at(5) })).toEqual(['a']);
    expect(add({ starters: ['user'] })).toEqual([]);
    expect(add({ from: at(6) })).toEqual([]);
  });

  it('replaces the older state of a run', () => {
    const placed = placeRun(
      list(null, run('a', 1)),
      run('a', 1, { revision: 11, percent: 70 }),
      {},
    );
    expect(placed.pages[0]?.items[0]?.percent).toBe(70);
  });

  it('ignores an older revision', () => {
    const placed = placeRun(list(null, run('a', 1)), run('a', 1, { revision: 9, percent: 10 }), {});
    expect(placed.pages[0]?.items[0]?.percent).toBe(50);
  });

  it('accepts a later text of the same revision', () => {
    const placed = placeRun(
      list(null, run('a', 1)),
      run('a', 1, { phaseText: 'next try in 1 s' }),
      {},
    );
    expect(placed.pages[0]?.items[0]?.phaseText).toBe('next try in 1 s');
  });

  it('inserts a new run by age', () => {
    expect(idsOf(placeRun(list(null, run('c', 3), run('a', 1)), run('b', 2), {}))).toEqual([
      'c',
      'b',
      'a',
    ]);
    expect(idsOf(placeRun(list(null), run('b', 2), {}))).toEqual(['b']);
  });

  it('leaves a run to a page that is not loaded yet', () => {
    expect(idsOf(placeRun(list('more', run('c', 3)), run('a', 1), {}))).toEqual(['c']);
    expect(idsOf(placeRun(list(null, run('c', 3)), run('a', 1), {}))).toEqual(['c', 'a']);
  });

  it('follows the filter: a run appears, and disappears when its state changes', () => {
    const filter = { storeId: 'store-1', state: 'processing' as const };
    const shown = placeRun(list(null), run('a', 1), filter);
    expect(idsOf(shown)).toEqual(['a']);
    expect(idsOf(placeRun(shown, run('a', 1, { state: 'done', revision: 11 }), filter))).toEqual(
      [],
    );
    expect(idsOf(placeRun(shown, run('b', 2, { storeId: 'store-2' }), filter))).toEqual(['a']);
  });
});

describe('a slow response', () => {
  it('ignores older runs', () => {
    const known = list(null, run('a', 1, { revision: 12, percent: 90 }));
    const next = keepNewerRuns(known, list(null, run('b', 2), run('a', 1)));
    expect(next.pages[0]?.items.map(({ percent }) => percent)).toEqual([50, 90]);
  });

  it('ignores older runs of stores, and stores that were removed', () => {
    const known = [aStore({ lastRun: aRun({ revision: 12 }) }), aStore({ id: 'gone' })];
    const next = keepNewerStores(known, [
      aStore({ customers: 5, lastRun: aRun({ revision: 11 }) }),
    ]);
    expect(next).toHaveLength(1);
    expect(next[0]?.customers).toBe(5);
    expect(next[0]?.lastRun?.revision).toBe(12);
  });
});

describe('placeLastRun', () => {
  it('accepts a newer run, not an older one or one of another store', () => {
    const store = aStore({ lastRun: run('b', 2) });
    expect(placeLastRun(store, run('c', 3)).lastRun?.runId).toBe('c');
    expect(placeLastRun(store, run('a', 1)).lastRun?.runId).toBe('b');
    expect(placeLastRun(store, run('c', 3, { storeId: 'store-2' })).lastRun?.runId).toBe('b');
    expect(placeLastRun(aStore(), run('a', 1)).lastRun?.runId).toBe('a');
  });

  it('leaves the last run in place while webhook runs come and go', () => {
    const walk = run('b', 2, { kind: 'delta', state: 'partial', phase: 'partial' });
    const store = aStore({ lastRun: walk });
    const webhook = run('c', 3, { kind: 'webhook' });
    expect(placeLastRun(store, webhook)).toBe(store);
    expect(placeLastRun(store, { ...webhook, state: 'done', revision: 12 })).toBe(store);
  });

  it('keeps the last twenty runs, each once, newest last', () => {
    let store = aStore();
    for (let day = 1; day <= 25; day++) store = placeLastRun(store, run(`r${day}`, day));
    store = placeLastRun(store, run('r25', 25, { revision: 11, state: 'done' }));
    expect(store.recentRuns).toHaveLength(20);
    expect(store.recentRuns.at(-2)).toMatchObject({ runId: 'r24', state: 'processing' });
    expect(store.recentRuns.at(-1)).toMatchObject({ runId: 'r25', state: 'done', total: 200 });
  });
});
