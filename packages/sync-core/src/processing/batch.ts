import type { ClaimedLine } from '../store/claim-lines.ts';
import type { QueueRow } from '../store/queue-row.ts';

/** Lines that a worker holds, under one token. */
export interface Batch {
  run: QueueRow;
  token: string;
  lines: ClaimedLine[];
  /** Where the claim ended; the next one begins there. */
  until: string;
}
