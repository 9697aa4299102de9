import { expect, test } from 'vitest';
import { promiseFreshness } from './freshness-promise.ts';

const now = new Date('2026-06-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test('before the first whole walk nothing is promised', () => {
  const facts = {
    now,
    verifiedSince: null,
    refreshedAt: null,
    webhooksDeliver: true,
    gapSince: null,
  };
  expect(promiseFreshness(facts)).toMatchObject({
    guaranteedAgeSeconds: null,
    expectedAgeSeconds: null,
  });
});

test.each([
  [79_200, 240, false, 79_200, 240, '22 h', '4 min'],
  [79_200, 240, true, 79_200, 10, '22 h', '4 min'],
  [300_000, 5, true, 300_000, 5, '3 days', '5 s'],
  [-5, -5, false, 0, 0, '0 s', '0 s'],
])(
  'verified %i s ago, asked %i s ago, webhooks: %s',
  (verified, asked, webhooksDeliver, ...rest) => {
    const [guaranteed, expected, verifiedText, askedText] = rest;
    const facts = {
      now,
      verifiedSince: before(verified),
      refreshedAt: before(asked),
      webhooksDeliver,
      gapSince: null,
    };
    const promise = promiseFreshness(facts);
    expect(promise).toMatchObject({
      guaranteedAgeSeconds: guaranteed,
      expectedAgeSeconds: expected,
    });
    expect(promise.text).toContain(`with the store within the last ${verifiedText};`);
    expect(promise.text).toContain(`active ones within the last ${askedText}.`);
  },
);

test('R4: lost webhooks are told until everything was compared again', () => {
  const facts = {
    now,
    verifiedSince: before(7_200),
    refreshedAt: before(60),
    webhooksDeliver: false,
    gapSince: before(3_600),
  };
  const { text, expectedAgeSeconds } = promiseFreshness(facts);
  expect(text).toContain('Webhooks were lost: changes of the last 60 min');
  expect(text).not.toContain('as they happen');
  expect(expectedAgeSeconds).toBe(60);
});
