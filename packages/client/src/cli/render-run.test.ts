import { expect, test } from 'vitest';
import type { Run } from '../run.ts';
import { createNewsFilter } from './console.ts';
import { exitCodeOfRun } from './exit-code.ts';
import {
  ago,
  dateTime,
  describeRun,
  duration,
  renderBar,
  renderEntry,
  starterOf,
} from './render-run.ts';

/** The rendered text of a run in progress. */
function runWith(change: Partial<Run> = {}): Run {
  const shown: Partial<Run> = {
    storeName: 'Shop',
    state: 'processing',
    phase: 'processing',
    phaseText: 'processing',
    counts: { total: 800, draft: 400, processing: 0, done: 390, failed: 10, cancelled: 0 },
    percent: 50,
    ratePerSecond: 61.4,
    secondsLeft: 75,
    round: 1,
    isActionRequired: false,
    wait: null,
    kind: 'full',
    discovery: { state: 'complete', storeTotal: 800 } as Run['discovery'],
    ...change,
  };
  return shown as Run;
}

test('a bar shows part, counts, rate and time left', () => {
  expect(renderBar(runWith(), { columns: 120, color: false })).toBe(
    `${'█'.repeat(12)}${'░'.repeat(12)} 50%  400/800  10 failed  61/s  1 min 15 s left  Shop: processing`,
  );
  const narrow = runWith({ storeName: 'A shop with a long name' });
  expect(renderBar(narrow, { columns: 80, color: false })).toMatch(
    / 50% {2}400\/800 .* 1 min 15 s left .*…$/,
  );
  expect(renderBar(runWith({ percent: 140 }), { columns: 120, color: false })).toContain(
    `${'█'.repeat(24)} `,
  );
});

test('numbers are written as in the dashboard', () => {
  const large = {
    total: 20_000,
    draft: 0,
    processing: 0,
    done: 18_800,
    failed: 1_200,
    cancelled: 0,
  };
  expect(describeRun(runWith({ counts: large }))).toContain('  20,000/20,000  1,200 failed  ');
});

test.each([
  [{ type: 'user', id: 'u', name: 'Ada' }, 'Ada'],
  [{ type: 'api_key', id: 'k', name: null }, 'an API key'],
  [{ type: 'cron', id: 's', name: 'delta schedule' }, 'schedule'],
  [{ type: 'system', id: null, name: 'Webhook upkeep' }, 'Mantis Sync'],
] as const)('a run of %j was started by %s', (startedBy, text) => {
  expect(starterOf(runWith({ startedBy }))).toBe(text);
});

test('a bar counts towards the whole list while it is read', () => {
  const reading = runWith({
    counts: { total: 298, draft: 48, processing: 0, done: 250, failed: 0, cancelled: 0 },
    discovery: { state: 'walking', storeTotal: 797 } as Run['discovery'],
  });
  const screen = { columns: 120, color: false };
  expect(renderBar(reading, screen)).toContain('  250/797  ');
  // A delta reads a part of the list, so the store's total does not apply.
  expect(renderBar({ ...reading, kind: 'delta' }, screen)).toContain('  250/298  ');
});

test.each([
  [null, ''],
  ['2026-11-29T17:00:00Z', '5 s ago'],
  ['2026-11-29T16:00:00Z', '1 h ago'],
  ['2026-11-28T16:00:00Z', '25 h ago'],
  ['2026-11-20T17:00:00Z', '9 days ago'],
])('%s was %j', (time, text) => expect(ago(time, Date.parse('2026-11-29T17:00:05Z'))).toBe(text));

test('a bar is never longer than the screen, and coloured only where colours are shown', () => {
  for (const columns of [10, 30, 40, 80]) {
    const bar = renderBar(runWith({ storeName: 'Ünïcode 🛒'.repeat(9) }), {
      columns,
      color: false,
    });
    expect(Array.from(bar).length).toBeLessThanOrEqual(Math.max(columns, 25));
  }
  const failed = runWith({ state: 'failed' });
  const coloured = renderBar(failed, { columns: 80, color: true });
  expect(coloured.startsWith('\x1b[31m')).toBe(true);
  expect(coloured).toContain('\x1b[0m ');
  expect(renderBar(failed, { columns: 80, color: false })).not.toContain('\x1b');
});

test('unknown values are omitted, and a store’s name cannot move the cursor', () => {
  const run = runWith({ ratePerSecond: null, secondsLeft: null, storeName: 'Shop\x1b[2J\r\n' });
  expect(renderBar(run, { columns: 200, color: false })).toMatch(
    / 50% {2}400\/800 {2}10 failed {2}Shop \[2J : processing$/,
  );
  expect(describeRun(runWith({ ratePerSecond: 0.25 }))).toContain('0.3/s');
  const entry = {
    seq: 3,
    at: '2026-11-29T17:04:05.123Z',
    level: 'error' as const,
    event: 'line.failed',
    message: 'a\nb',
  };
  expect(renderEntry(entry as Parameters<typeof renderEntry>[0], false)).toBe(
    `${dateTime(entry.at)}    3 error   line.failed  a b`,
  );
});

test.each([
  [0.4, '0 s'],
  [59.6, '1 min 0 s'],
  [3_599, '59 min 59 s'],
  [7_260, '2 h 1 min'],
])('%s seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test('without a terminal, each phase and each tenth is one line', () => {
  const isNews = createNewsFilter();
  const steps: Partial<Run>[] = [
    { percent: 0 },
    { percent: 9 },
    { percent: 10 },
    { percent: 11 },
    { percent: 11, phase: 'retrying' },
    { percent: 11, phase: 'retrying', round: 2 },
  ];
  expect(steps.map((step) => isNews(runWith(step)))).toEqual([
    true,
    false,
    true,
    false,
    true,
    true,
  ]);
});

test.each<[Partial<Run>, number]>([
  [{}, 0],
  [{ state: 'done' }, 0],
  [{ state: 'partial' }, 3],
  [{ state: 'failed' }, 3],
  [{ state: 'failed', isActionRequired: true }, 4],
  [{ state: 'processing', isActionRequired: true }, 4],
])('a run of %j makes exit code %i', (change, code) => {
  expect(exitCodeOfRun(runWith(change))).toBe(code);
});
