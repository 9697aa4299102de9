import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/run-fixture.ts';
import { planForceDone, planRetry, planRetryGroup, planStart } from './action-plans.ts';

const partial = aRun({
  state: 'partial',
  phase: 'partial',
  counts: { total: 200, draft: 0, processing: 0, done: 197, failed: 3, cancelled: 0 },
});

describe('planRetry', () => {
  it('says how many are tried again, in which round, how often', () => {
    expect(planRetry(partial)).toEqual([
      'Round 2 begins: 3 failed customers are tried again, each up to 4 tries.',
      '197 synced customers stay as they are.',
    ]);
  });

  it('says that the list is read on where discovery gave up', () => {
    const discovery = { ...partial.discovery, state: 'failed' as const };
    expect(planRetry({ ...partial, discovery })).toContain(
      'Reading the store’s list goes on where it stopped.',
    );
  });
});

describe('planRetryGroup', () => {
  const group = { code: 'bad', message: 'No e-mail', count: 1, exampleIds: [7] };

  it('says which fail on, and that it is the last round before a person must decide', () => {
    expect(planRetryGroup({ ...partial, processCount: 2 }, group)).toEqual([
      'Round 2 begins: 1 failed customer is tried again up to 4 tries.',
      '2 customers that failed for other reasons stay failed.',
      '197 synced customers stay as they are.',
      'If customers still fail then, 3 rounds have: a person must decide.',
    ]);
  });
});

describe('planForceDone', () => {
  it('says how many are cancelled, by state', () => {
    expect(planForceDone(aRun())[0]).toBe(
      '103 customers will be cancelled: 90 waiting, 10 in hand, 3 failed.',
    );
  });

  it('says what of the list is not looked at', () => {
    const discovery = { ...aRun().discovery, state: 'walking' as const, storeTotal: 500 };
    expect(planForceDone(aRun({ discovery }))).toContain(
      'Reading the list stops: about 300 customers of the store will not be looked at.',
    );
  });
});

describe('planStart', () => {
  it('knows a first run from a later one', () => {
    expect(planStart({ customers: 0 })[1]).toBe('Every customer on it is copied here.');
    expect(planStart({ customers: 1 })[1]).toContain('1 customer known so far');
  });
});
