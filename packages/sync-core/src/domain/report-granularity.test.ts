import { expect, test } from 'vitest';
import { reportGranularityMs } from './report-granularity.ts';

test.each([
  ['5.3.0', 86_400_000],
  ['10.5.0', 86_400_000],
  [null, 86_400_000],
  ['rubbish', 86_400_000],
  ['11.0.1', 300_000],
])('the report of WooCommerce %s is as coarse as %i ms (R11)', (version, expected) => {
  expect(reportGranularityMs(version)).toBe(expected);
});
