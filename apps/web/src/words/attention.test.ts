import { expect, test } from 'vitest';
import { aRun, aStore } from '../../test/run-fixture.ts';
import { attentionItemsOf } from './attention.ts';
import type { Store } from '../api/trpc.ts';

const at = '2026-01-01T10:00:00.000Z';
const waiting = aRun({
  isActionRequired: true,
  action: { code: 'rounds_used_up', reason: '5 customers failed in three rounds.' },
});
const pause = {
  code: 'key_revoked',
  reason: 'The store refuses the key.',
  at,
  by: null,
  isByPerson: false,
};
const diagnosis: Store['diagnosis'] = {
  at,
  isHealthy: false,
  url: 'https://shop.example',
  recommendedPace: null,
  findings: [
    { code: 'slow', level: 'warning', message: 'Pages take 4 s.', suggestedAction: null },
    {
      code: 'rest_blocked',
      level: 'problem',
      message: 'A firewall answers.',
      suggestedAction: 'Allow it.',
    },
  ],
} as unknown as Store['diagnosis'];

test('a healthy store needs no attention', () => {
  expect(attentionItemsOf([aStore(), aStore({ lastRun: aRun() })])).toEqual([]);
});

test('waiting runs come first, then paused stores, then connections with problems', () => {
  const needs = attentionItemsOf([
    aStore({ id: 'a', diagnosis }),
    aStore({ id: 'b', pause }),
    aStore({ id: 'c', lastRun: waiting }),
  ]);
  expect(
    needs.map(({ store, suggestedAction, text }) => [store.id, suggestedAction, text]),
  ).toEqual([
    ['c', 'run', '5 customers failed in three rounds.'],
    ['b', 'resume', 'The store refuses the key.'],
    ['a', 'connection', 'A firewall answers.'],
  ]);
});

test('a paused store needs attention once, not three times', () => {
  const needs = attentionItemsOf([aStore({ pause, diagnosis, lastRun: waiting })]);
  expect(needs.map(({ suggestedAction }) => suggestedAction)).toEqual(['resume']);
});
