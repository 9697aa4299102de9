import { describe, expect, it } from 'vitest';
import { aRun } from '../../test/run-fixture.ts';
import { HEALTHS } from './health.ts';
import { expectedOf, shownPercent } from '../api/run-facts.ts';
import { LINES, LEVELS, PHASES, phaseSentence } from './status.ts';

describe('looks', () => {
  it.each([
    ['phases', PHASES],
    ['lines', LINES],
    ['levels', LEVELS],
    ['stores', HEALTHS],
  ])('of %s differ in shape and word, not in colour alone', (_name, looks) => {
    const all = Object.values(looks);
    expect(new Set(all.map(({ icon }) => icon)).size).toBe(all.length);
    expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
  });
});

describe('phaseSentence', () => {
  const now = Date.parse('2026-01-01T10:00:10.000Z');
  const waiting = aRun({
    phase: 'waiting_for_store',
    phaseText: 'waiting for the store, next try in 8 s: The store limits our request rate',
    wait: {
      code: 'rate_limited',
      reason: 'The store limits our request rate',
      until: '2026-01-01T10:00:15.000Z',
    },
  });

  it('counts down a wait', () => {
    expect(phaseSentence(waiting, now)).toBe(
      'Waiting for the store, next try in 5 s: The store limits our request rate',
    );
    expect(phaseSentence(waiting, now + 6_000)).toBe(
      'Waiting for the store, trying again: The store limits our request rate',
    );
  });

  it('otherwise shows the message of the run', () => {
    expect(phaseSentence(aRun({ phase: 'paused', phaseText: 'paused: key revoked' }), now)).toBe(
      'Paused: key revoked',
    );
  });
});

describe('expectedOf', () => {
  const walking = { ...aRun().discovery, state: 'walking' as const };

  it('uses the store’s total while its list is read, but never less than was seen', () => {
    expect(expectedOf(aRun({ discovery: { ...walking, storeTotal: 797 } }))).toBe(797);
    expect(expectedOf(aRun({ discovery: { ...walking, storeTotal: 100 } }))).toBe(200);
    expect(expectedOf(aRun({ discovery: { ...walking, storeTotal: null } }))).toBeNull();
  });

  it('uses the counted lines once the list is read', () => {
    expect(expectedOf(aRun({ discovery: { ...aRun().discovery, storeTotal: 797 } }))).toBe(200);
  });
});

describe('a run that could not read the list', () => {
  const discovery = { ...aRun().discovery, state: 'failed' as const };

  it('shows how far it got, not that it ended', () => {
    const over = { state: 'failed' as const, phase: 'failed' as const, percent: 100 };
    const run = (storeTotal: number | null) =>
      aRun({ ...over, discovery: { ...discovery, storeTotal } });
    expect(shownPercent(run(400))).toBe(25);
    expect(shownPercent(run(100))).toBe(50);
    expect(shownPercent(run(null))).toBe(0);
    expect(phaseSentence(run(null), 0)).toBe('Could not read the store’s list completely');
    expect(shownPercent(aRun({ ...over }))).toBe(100);
  });
});
