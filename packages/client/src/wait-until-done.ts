import { MantisSyncError } from './mantis-sync-error.ts';
import { isOver, type Run } from './run.ts';
import type { MantisTrpcClient } from './trpc.ts';
import { watchRun } from './watch-run.ts';

export interface WaitOptions {
  runId: string;
  /** By default there is no limit. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The run needs a decision; `message` says why. */
export class ActionRequiredError extends MantisSyncError {
  override readonly name = 'ActionRequiredError';
  readonly run: Run;

  constructor(run: Run) {
    super({
      code: run.action?.code ?? 'action_required',
      message: run.action?.reason ?? 'The run needs a decision',
      advice: 'Fix the named problem, then retry with override, or force the run done.',
    });
    this.run = run;
  }
}

/**
 * Resolves with the run once it is over: done, partial or failed.
 *
 * @throws ActionRequiredError, MantisSyncError with the code `timeout`, or the signal's reason
 */
export async function waitUntilDone(
  trpc: MantisTrpcClient,
  { runId, timeoutMs, signal }: WaitOptions,
): Promise<Run> {
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const given = [signal, limit].filter((one) => one !== undefined);
  let run: Run | undefined;
  const watching = watchRun(trpc, { runId, untilDone: true, signal: AbortSignal.any(given) });
  for await (const progress of watching) run = progress.run;
  if (run && isOver(run)) return run;
  signal?.throwIfAborted();
  if (run?.isActionRequired) throw new ActionRequiredError(run);
  throw new MantisSyncError({
    code: 'timeout',
    message: `The run is not over after ${timeoutMs} ms`,
    advice: 'The run continues; wait for it again with the same runId.',
  });
}
