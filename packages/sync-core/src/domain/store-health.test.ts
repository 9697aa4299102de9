import { expect, test } from 'vitest';
import { healthOf, type HealthFacts, overdueSince } from './store-health.ts';

const done: HealthFacts['lastRun'] = {
  phase: 'done',
  phaseText: 'done',
  isOver: true,
  failed: 0,
  action: null,
  isForced: false,
};
const facts: HealthFacts = {
  customers: 20_000,
  pause: null,
  lastRun: done,
  overdueSince: null,
  webhooks: null,
};
const reason = 'The store does not know this consumer key.';

test.each<[string, Partial<HealthFacts>, string, string]>([
  ['a store that is well', {}, 'healthy', 'All 20,000 customers are up to date.'],
  ['one customer', { customers: 1 }, 'healthy', '1 customer is up to date.'],
  ['an empty store', { customers: 0 }, 'healthy', 'Synced; the store has no customers.'],
  [
    'webhooks that deliver',
    { webhooks: { state: 'active', reason: null } },
    'healthy',
    'All 20,000 customers are up to date, and webhooks deliver changes as they happen.',
  ],
  [
    'a forced run',
    { lastRun: { ...done, isForced: true } },
    'healthy',
    'The last run was forced done, so some customers may be out of date until the next run.',
  ],
  ['a new store', { lastRun: null }, 'new', 'Not synced yet.'],
  [
    'a refused key',
    { pause: { reason, isByPerson: false, by: null } },
    'needs_attention',
    `Paused: ${reason}`,
  ],
  [
    'a pause on purpose',
    { pause: { reason: 'stocktaking', isByPerson: true, by: { name: 'Ada' } } },
    'paused',
    'Paused by Ada: stocktaking',
  ],
  [
    'a pause on purpose by somebody without a name',
    { pause: { reason: 'stocktaking', isByPerson: true, by: null } },
    'paused',
    'Paused: stocktaking',
  ],
  [
    'a decision',
    {
      lastRun: {
        ...done,
        phase: 'partial',
        failed: 3,
        action: { reason: '3 customers still fail.' },
      },
    },
    'needs_attention',
    '3 customers still fail.',
  ],
  [
    'a run in progress',
    { lastRun: { ...done, phase: 'processing', phaseText: 'processing', isOver: false } },
    'running',
    'A run is in progress: processing.',
  ],
  [
    'failures',
    { lastRun: { ...done, phase: 'partial', failed: 1_200 } },
    'failures',
    '1,200 customers failed in the last run; all others are up to date.',
  ],
  [
    'one failure',
    { lastRun: { ...done, phase: 'partial', failed: 1 } },
    'failures',
    '1 customer failed in the last run; all others are up to date.',
  ],
  [
    'a failed run',
    { lastRun: { ...done, phase: 'failed', phaseText: 'the store was away' } },
    'failures',
    'The last run failed: the store was away.',
  ],
  [
    'late runs',
    { overdueSince: new Date(0) },
    'needs_attention',
    'Scheduled runs have not finished in time.',
  ],
  [
    'refused webhooks',
    { webhooks: { state: 'refused', reason: 'the key may not write.' } },
    'needs_attention',
    'Webhooks do not work: the key may not write.',
  ],
])('%s', (_, change, state, sentence) => {
  expect(healthOf({ ...facts, ...change })).toEqual({ state, sentence });
});

const hourMs = 3_600_000;
const at = (hours: number) => new Date(hours * hourMs);

test.each([
  ['on time', { now: at(3), refreshedAt: at(0), intervalMs: hourMs + 1 }, null],
  ['late', { now: at(3), refreshedAt: at(0), intervalMs: hourMs }, at(3)],
  ['without a schedule', { now: at(99), refreshedAt: at(0), intervalMs: null }, null],
  ['never synced', { now: at(99), refreshedAt: null, intervalMs: hourMs }, null],
])('runs are %s', (_, given, since) => {
  expect(overdueSince(given)).toEqual(since);
});
