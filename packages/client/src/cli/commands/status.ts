import type { Command } from '../command.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { findRunId } from '../given.ts';
import { renderRun } from '../render-run.ts';

export const status: Command = {
  name: 'status',
  operands: ['<run|store>'],
  about: 'Show a run',
  flags: { watch: { type: 'boolean', short: 'w', about: 'show it until it is over' } },
  async run(context, given) {
    const { sync, console, signal } = context;
    const runId = await findRunId(context, given);
    if (given.values['watch']) return followRun(context, runId);
    const run = await sync.status({ runId }, { signal });
    console.print(run, renderRun(run, console.color));
    return exitCodeOfRun(run);
  },
};
