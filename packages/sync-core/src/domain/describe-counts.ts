import { countOf, formatCount } from './count-words.ts';
import type { LineOutcome } from './state-machine.ts';
import type { LineCounts } from './state-machine.ts';

/** The result of a run in one line: `797 of 797 customers synced (797 created, 0 updated, …)`. */
export function describeCounts(
  counts: LineCounts & { total: number },
  outcomes: Record<LineOutcome, number>,
): string {
  const parts = [
    `${formatCount(outcomes.created)} created`,
    `${formatCount(outcomes.updated)} updated`,
    `${formatCount(outcomes.unchanged)} unchanged`,
    `${formatCount(counts.failed)} failed`,
    ...(outcomes.deleted > 0 ? [`${formatCount(outcomes.deleted)} deleted`] : []),
    ...(counts.cancelled > 0 ? [`${formatCount(counts.cancelled)} cancelled`] : []),
  ];
  return `${formatCount(counts.done)} of ${countOf(counts.total, 'customer')} synced (${parts.join(', ')})`;
}
