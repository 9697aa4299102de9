import { describe, expect, it } from 'vitest';
import { count, formatDuration, formatRelative } from './format.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3_600, '1 h 00 min'],
    [4_333, '1 h 12 min'],
    [-3, '0 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatRelative', () => {
  const now = Date.parse('2026-01-02T10:00:00.000Z');
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
  it.each([
    ['2026-01-02T09:59:55.000Z', -5, 'second'],
    ['2026-01-02T09:58:01.000Z', -1, 'minute'],
    ['2026-01-02T07:00:00.000Z', -3, 'hour'],
    ['2026-01-01T09:00:00.000Z', -1, 'day'],
    ['2025-11-04T10:00:00.000Z', -59, 'day'],
    ['2025-10-02T10:00:00.000Z', -3, 'month'],
    ['2023-01-02T09:00:00.000Z', -3, 'year'],
  ] as const)('%s', (at, value, unit) => {
    expect(formatRelative(at, now)).toBe(relative.format(value, unit));
  });

  it('is never in the future', () => {
    expect(formatRelative('2026-01-02T10:00:07.000Z', now)).toBe(relative.format(0, 'second'));
  });
});

describe('count', () => {
  it('knows one from many', () => {
    expect(count(1, 'customer')).toBe('1 customer');
    expect(count(2, 'customer')).toBe('2 customers');
    expect(count(2, 'try', 'tries')).toBe('2 tries');
  });
});
