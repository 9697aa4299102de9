import type { LineOutcome } from './state-machine.ts';
import type { LineCounts } from './state-machine.ts';

/** What came of a run, in one line: `797 of 797 customers synced (797 created, 0 updated, …)`. */
export function describeCounts(
  counts: LineCounts & { total: number },
  outcomes: Record<LineOutcome, number>,
): string {
  const parts = [
    `${outcomes.created} created`,
    `${outcomes.updated} updated`,
    `${outcomes.unchanged} unchanged`,
    `${counts.failed} failed`,
    ...(outcomes.deleted > 0 ? [`${outcomes.deleted} deleted`] : []),
    ...(counts.cancelled > 0 ? [`${counts.cancelled} cancelled`] : []),
  ];
  return `${counts.done} of ${counts.total} customers synced (${parts.join(', ')})`;
}
