import type { CommandContext } from './command.ts';
import { EXIT, exitCodeOfRun } from './exit-code.ts';
import { renderRun } from './render-run.ts';

/** Shows a run until it is over or needs a person. Gives the exit code. */
export async function followRun(
  { sync, console, signal }: CommandContext,
  runId: string,
): Promise<number> {
  let code: number = EXIT.ok;
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
    code = exitCodeOfRun(last);
  }
  console.settle();
  if (signal.aborted) {
    console.say(`The run goes on; look again with: mantis-sync status ${runId} --watch`);
    return EXIT.interrupted;
  }
  if (last && !console.json) console.print(last, renderRun(last, console.color));
  return code;
}
