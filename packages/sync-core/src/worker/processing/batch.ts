import type { ClaimedLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';

/** Lines leased under one token. */
export interface Batch {
  run: RunRow;
  token: string;
  lines: ClaimedLine[];
  /** Where the claim ended; the next one begins there. */
  until: string;
}
