import type { ActivityEntry, Run } from '../../run.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, exitCodeOfRun } from '../exit-code.ts';
import { findRunId } from '../given.ts';
import { renderEntry } from '../render-run.ts';

export const activity: Command = {
  name: 'activity',
  operands: ['<run|store>'],
  about: 'Print the log of a run, oldest first',
  flags: { follow: { type: 'boolean', short: 'f', about: 'go on until the run is over' } },
  async run(context, given) {
    const runId = await findRunId(context, given);
    let last = 0;
    for await (const entry of context.sync.activity({ runId })) {
      if (context.signal.aborted) return EXIT.interrupted;
      printEntry(context, entry);
      last = entry.seq ?? last;
    }
    return given.values['follow'] ? follow(context, runId, last) : EXIT.ok;
  },
};

/** The part of an event id that counts here is the number of the last entry. */
async function follow(context: CommandContext, runId: string, last: number): Promise<number> {
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
