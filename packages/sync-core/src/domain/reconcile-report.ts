import { countOf, formatCount } from './count-words.ts';
import type { LineOutcome } from './state-machine.ts';

/** Result of a reconcile: the store compared with the table. */
export interface ReconcileReport {
  /** Customers compared, from either side. */
  compared: number;
  /** Of these, the ones that differed. */
  differed: number;
  repaired: number;
  notRepaired: number;
}

/** @param counts lines by state @param outcomes of its lines that are done */
export function reconcileReport(
  counts: { failed: number; cancelled: number },
  outcomes: Readonly<Record<LineOutcome, number>>,
): ReconcileReport {
  const repaired = outcomes.created + outcomes.updated + outcomes.deleted;
  const notRepaired = counts.failed + counts.cancelled;
  return {
    compared: repaired + outcomes.unchanged + notRepaired,
    differed: repaired + notRepaired,
    repaired,
    notRepaired,
  };
}

export function describeReconcile(
  { compared, differed, repaired, notRepaired }: ReconcileReport,
  { created, updated, deleted }: Readonly<Record<LineOutcome, number>>,
): string {
  if (differed === 0)
    return `Compared ${countOf(compared, 'customer')} with the store; all are equal.`;
  const which = `${formatCount(created)} new, ${formatCount(updated)} changed, ${formatCount(deleted)} deleted`;
  const rest =
    notRepaired === 0
      ? 'The table now matches the store.'
      : `${formatCount(notRepaired)} could not be repaired: see the failed customers.`;
  return `Compared ${countOf(compared, 'customer')} with the store; ${formatCount(differed)} differed, ${formatCount(repaired)} ${repaired === 1 ? 'was' : 'were'} repaired (${which}). ${rest}`;
}
