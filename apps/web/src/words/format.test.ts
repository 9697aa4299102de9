import { describe, expect, it } from 'vitest';
import {
  count,
  formatDuration,
  formatExact,
  formatInZone,
  formatRelative,
  localZone,
} from './format.ts';

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
  it.each([
    ['2026-01-02T09:59:55.000Z', 'now'],
    ['2026-01-02T09:59:35.000Z', '20 sec ago'],
    ['2026-01-02T09:58:01.000Z', '1 min ago'],
    ['2026-01-02T07:00:00.000Z', '3 hr ago'],
    ['2026-01-01T09:00:00.000Z', 'yesterday'],
    ['2025-11-04T10:00:00.000Z', '59 days ago'],
    ['2025-10-02T10:00:00.000Z', '3 mo ago'],
    ['2023-01-02T09:00:00.000Z', '3 yr ago'],
    // Clocks differ a little.
    ['2026-01-02T10:00:07.000Z', 'now'],
    ['2026-01-02T10:05:00.000Z', 'in 5 min'],
    ['2026-01-09T10:00:00.000Z', 'in 7 days'],
    ['2026-02-01T10:00:00.000Z', 'in 30 days'],
  ])('writes %s as %s', (at, text) => {
    expect(formatRelative(at, now)).toBe(text);
  });
});

describe('times', () => {
  const at = '2026-01-02T13:05:09.000Z';
  it('are in British English, whatever the language of the browser', () => {
    expect(formatExact(at)).toMatch(/^2 Jan 2026, \d\d:05:09$/);
  });

  it('name their zone where it is not that of the reader', () => {
    expect(formatInZone(at, 'Asia/Tokyo')).toBe('2 Jan 2026, 22:05 (Asia/Tokyo)');
    expect(formatInZone(at, localZone())).not.toContain('(');
  });
});

describe('count', () => {
  it('uses singular and plural', () => {
    expect(count(1, 'customer')).toBe('1 customer');
    expect(count(2, 'customer')).toBe('2 customers');
    expect(count(2, 'try', 'tries')).toBe('2 tries');
  });
});
