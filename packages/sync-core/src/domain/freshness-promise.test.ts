import { expect, test } from 'vitest';
import { promiseFreshness } from './freshness-promise.ts';

const now = new Date('2026-06-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test('before the first complete walk nothing is promised', () => {
  const facts = {
    now,
    verifiedSince: null,
    unverified: 0,
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
  [7, -5, false, 7, 0, '7 s', '0 s'],
])(
  'verified %i s ago, asked %i s ago, webhooks: %s',
  (verified, asked, webhooksDeliver, ...rest) => {
    const [guaranteed, expected, verifiedText, askedText] = rest;
    const facts = {
      now,
      verifiedSince: before(verified),
      unverified: 0,
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

test('where all were compared as recently as active ones, one sentence says so', () => {
  const promise = promiseFreshness({
    now,
    verifiedSince: before(-5),
    unverified: 0,
    refreshedAt: before(-5),
    webhooksDeliver: false,
    gapSince: null,
  });
  expect(promise).toEqual({
    guaranteedAgeSeconds: 0,
    expectedAgeSeconds: 0,
    text: 'Every customer was compared with the store within the last 0 s. Without webhooks, an administrator’s edit arrives with the next comparison.',
  });
});

test('lost webhooks are reported until everything was compared again (R4)', () => {
  const facts = {
    now,
    verifiedSince: before(7_200),
    unverified: 0,
    refreshedAt: before(60),
    webhooksDeliver: false,
    gapSince: before(3_600),
  };
  const { text, expectedAgeSeconds } = promiseFreshness(facts);
  expect(text).toContain('Webhooks were lost: changes of the last 60 min');
  expect(text).not.toContain('as they happen');
  expect(expectedAgeSeconds).toBe(60);
});

test('a comparison with failed lines counts only what it compared', () => {
  const facts = {
    now,
    verifiedSince: null,
    unverified: 1,
    refreshedAt: before(60),
    webhooksDeliver: true,
    gapSince: null,
  };
  expect(promiseFreshness(facts)).toMatchObject({
    guaranteedAgeSeconds: null,
    text: expect.stringContaining('The last comparison failed for 1 customer'),
  });
  const later = promiseFreshness({ ...facts, verifiedSince: before(7_200), unverified: 2 });
  expect(later.guaranteedAgeSeconds).toBe(7_200);
  expect(later.text).toContain('failed for 2 customers');
});
