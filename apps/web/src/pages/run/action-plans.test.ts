import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import {
  planForceDone,
  planRetry,
  planRetryPart,
  partOfReasons,
  partOfSearch,
} from './action-plans.ts';

const partial = aRun({
  state: 'partial',
  phase: 'partial',
  counts: { total: 200, draft: 0, processing: 0, done: 197, failed: 3, cancelled: 0 },
});

describe('planRetry', () => {
  it('says how many are retried, in which round, and how often', () => {
    expect(planRetry(partial)).toEqual([
      'Round 2: 3 failed customers are retried, up to 4 attempts each.',
      '197 synced customers stay saved.',
    ]);
  });

  it('says that reading the list continues where it stopped', () => {
    const discovery = { ...partial.discovery, state: 'failed' as const };
    expect(planRetry({ ...partial, discovery })).toContain(
      'Reading the store’s list continues where it stopped.',
    );
  });
});

describe('planRetryPart', () => {
  const group = {
    code: 'bad',
    message: 'No e-mail',
    count: 1,
    exampleIds: [7],
    examples: [],
    field: null,
    received: null,
    expected: null,
    cause: null,
    fix: null,
  };

  it('says which stay failed, and that it is the last round before a person decides', () => {
    expect(planRetryPart({ ...partial, processCount: 2 }, partOfReasons([group]))).toEqual([
      'Round 2: 1 failed customer is retried, up to 4 attempts.',
      '2 other failed customers stay failed.',
      '197 synced customers stay saved.',
      'If any still fail, the run stops after 3 rounds and asks you to decide.',
    ]);
  });

  it('adds up several reasons, and names them', () => {
    const other = { ...group, message: 'No name', count: 2 };
    expect(partOfReasons([group, other])).toEqual({
      count: 3,
      which: 'that failed for these 2 reasons',
      reasons: ['No e-mail', 'No name'],
      input: {
        failures: [
          { code: 'bad', message: 'No e-mail' },
          { code: 'bad', message: 'No name' },
        ],
      },
    });
  });

  it('selects what a search finds', () => {
    expect(partOfSearch({ q: 'ada' }, 2)).toEqual({
      count: 2,
      which: 'that match “ada”',
      reasons: [],
      input: { q: 'ada' },
    });
  });
});

describe('planForceDone', () => {
  it('says how many are cancelled, by state', () => {
    expect(planForceDone(aRun())[0]).toBe(
      '103 customers will be cancelled: 90 waiting, 10 in progress, 3 failed.',
    );
  });

  it('shows how much of the list is unread', () => {
    const discovery = { ...aRun().discovery, state: 'walking' as const, storeTotal: 500 };
    expect(planForceDone(aRun({ discovery }))).toContain(
      'Reading the list stops: about 300 customers of the store are not read.',
    );
  });
});
