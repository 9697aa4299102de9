import { setTimeout as wait } from 'node:timers/promises';
import {
  type Caller,
  describeCounts,
  isTerminal,
  type RunStatus,
  type SyncService,
} from '@mantis-sync/sync-core';

const EVERY_MS = 150;
const BAR_WIDTH = 32;

/** Shows a run until it is over: a progress bar on a terminal, otherwise a line for every ten percent. */
export async function showProgress(
  sync: SyncService,
  caller: Caller,
  runId: string,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  let shownTenth = -1;
  while (!signal.aborted) {
    const run = await sync.status(caller, { runId });
    const over = isTerminal(run.state);
    if (out.isTTY) out.write(`\r\u001B[K${progressLine(run)}${over ? '\n' : ''}`);
    else if (over || Math.floor(run.percent / 10) > shownTenth) out.write(`${progressLine(run)}\n`);
    shownTenth = Math.floor(run.percent / 10);
    if (over) {
      out.write(`${describeCounts(run.counts, run.outcomes)}\n`);
      if (run.action) out.write(`This run needs a decision: ${run.action.reason}\n`);
      return;
    }
    await wait(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function progressLine(run: RunStatus): string {
  const filled = Math.round((run.percent / 100) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const rate = run.ratePerSecond === null ? '' : `  ${Math.round(run.ratePerSecond)}/s`;
  return `${bar} ${String(run.percent).padStart(3)}%  ${run.counts.done.toLocaleString('en-GB')} done${rate}  ${run.phaseText}`;
}
