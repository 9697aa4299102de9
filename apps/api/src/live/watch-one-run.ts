import { tracked } from '@trpc/server';
import type { ActivityView, RunStatus } from '@mantis-sync/sync-core';
import { watchEventSchema } from '../schemas/sync-schemas.ts';
import { createGate, markOf, readRun, type WatchDeps, type WatchStream } from './watch-stream.ts';

const newestEntries = 50;
const pageOfEntries = 100;

/** One run with its activity. The event id is `<revision>.<sequence number of the last entry sent>`. */
export async function* watchOneRun(
  deps: WatchDeps,
  input: { runId: string; lastEventId: string | undefined },
  signal: AbortSignal,
): WatchStream {
  const { runId } = input;
  const { orgId } = deps.caller;
  const subscription = deps.live.subscribe({ orgId, runId });
  const pass = createGate(deps);
  try {
    let run = await readRun(deps, runId);
    let sent = { mark: '', seq: resumeFrom(input.lastEventId, run) };
    for (;;) {
      if (markOf(run) !== sent.mark || run.activitySeq > (sent.seq ?? 0)) {
        const activity = await readActivity(deps, runId, sent.seq);
        const seq = activity.at(-1)?.seq ?? sent.seq ?? 0;
        sent = { mark: markOf(run), seq };
        const event = watchEventSchema.parse({ type: 'run', run, activity });
        yield tracked(`${run.revision}.${seq}`, event);
        // More activity than fits into one event: continue immediately.
        if (activity.length === pageOfEntries) continue;
      }
      await subscription.next(signal);
      await pass();
      run = await readRun(deps, runId);
    }
  } finally {
    subscription.close();
  }
}

/** Number of the client's last entry; undefined if it has none of this run. */
function resumeFrom(lastEventId: string | undefined, run: RunStatus): number | undefined {
  const match = /^\d+\.(\d+)$/.exec(lastEventId ?? '');
  if (!match) return undefined;
  const seq = Number(match[1]);
  // A number from before a database restore would hide new entries.
  return seq <= run.activitySeq ? seq : undefined;
}

/** Entries after `seq`, oldest first; without it, the newest. */
async function readActivity(
  { share, sync, caller }: WatchDeps,
  runId: string,
  seq: number | undefined,
): Promise<ActivityView[]> {
  return share(`${caller.orgId} activity ${runId} ${seq ?? 'newest'}`, async () => {
    if (seq !== undefined)
      return (await sync.activity(caller, { runId, after: seq, limit: pageOfEntries })).items;
    return (await sync.activity(caller, { runId, limit: newestEntries })).items.toReversed();
  });
}
