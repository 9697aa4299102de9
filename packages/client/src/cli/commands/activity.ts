import type { ActivityEntry, Run } from '../../run.ts';
import { type AddCommand, type CommandContext, findRunId } from '../context.ts';
import { EXIT, exitCodeOfRun } from '../exit-code.ts';
import { renderEntry } from '../render-run.ts';

export const addActivity: AddCommand = (program, act) =>
  program
    .command('activity')
    .description('print the activity of a run, oldest first')
    .argument('<run|store>', 'a run, or the newest run of a store')
    .option('-f, --follow', 'continue until the run is over')
    .action(
      act(async (context, runOrStore: string, { follow }: { follow?: boolean }) => {
        const runId = await findRunId(context, runOrStore);
        let last = 0;
        for await (const entry of context.sync.activity({ runId })) {
          if (context.signal.aborted) return EXIT.interrupted;
          printEntry(context, entry);
          last = entry.seq ?? last;
        }
        return follow ? followActivity(context, runId, last) : EXIT.ok;
      }),
    );

/** Only the second part of an event id counts here: the number of the last entry. */
async function followActivity(
  context: CommandContext,
  runId: string,
  last: number,
): Promise<number> {
  const { sync, console, signal } = context;
  let run: Run | undefined;
  const watching = sync.watch({
    runId,
    signal,
    untilDone: true,
    lastEventId: `0.${last}`,
    onReconnect: ({ message }) => console.say(`${message}; trying again.`),
  });
  for await (const progress of watching) {
    for (const entry of progress.activity) printEntry(context, entry);
    ({ run } = progress);
  }
  if (signal.aborted) return EXIT.interrupted;
  return run ? exitCodeOfRun(run) : EXIT.ok;
}

function printEntry({ console }: CommandContext, entry: ActivityEntry): void {
  console.print(entry, renderEntry(entry, console.color));
}
