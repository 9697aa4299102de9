import type { CommandContext } from './context.ts';
import { EXIT, exitCodeOfRun } from './exit-code.ts';
import { linkToRun, renderRun } from './render-run.ts';

/** Shows a run until it is over or needs a decision. Returns the exit code. */
export async function followRun(context: CommandContext, runId: string): Promise<number> {
  const { sync, console, signal } = context;
  let last;
  const watching = sync.watch({
    runId,
    signal,
    untilDone: true,
    onReconnect: ({ message }) => console.say(`${message}; trying again.`),
  });
  for await (const progress of watching) {
    console.progress(progress);
    last = progress.run;
  }
  console.endBar();
  if (signal.aborted) {
    console.say(`The run continues; watch it again with: mantis-sync status ${runId} --watch`);
    return EXIT.interrupted;
  }
  if (!last) return EXIT.ok;
  if (!console.json) console.print(last, renderRun(last, linkToRun(context, runId), console.color));
  return exitCodeOfRun(last);
}
