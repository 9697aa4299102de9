import { countOf } from './count-words.ts';
import { type WarningCode, WARNINGS } from './read-field.ts';

/** Number of customers per warning, by `code:field`. */
export type WarningCounts = Readonly<Record<string, number>>;

/** @param warnings of each customer; each counts once */
export function countWarnings(warnings: readonly (readonly string[])[]): WarningCounts {
  const counts: Record<string, number> = {};
  for (const warning of warnings.flat()) counts[warning] = (counts[warning] ?? 0) + 1;
  return counts;
}

/** One sentence per field and warning, most frequent first. */
export function describeWarnings(counts: WarningCounts): string {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([warning, count]) => {
      const [code = '', field = ''] = warning.split(':');
      const what = WARNINGS[code as WarningCode] ?? code;
      return `\`${field}\` ${what} for ${countOf(count, 'customer')}.`;
    })
    .join(' ');
}
