import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { findRunId } from '../given.ts';

export const retry: Command = {
  name: 'retry',
  operands: ['<run|store>'],
  about: 'Try the failed customers of a run again',
  flags: {
    override: { type: 'boolean', about: 'although the run asks for a person: you looked' },
    watch: { type: 'boolean', short: 'w', about: 'show it until it is over' },
  },
  async run(context, given) {
    const { sync, console, signal } = context;
    const runId = await findRunId(context, given);
    const override = given.values['override'] === true;
    const retried = await sync.retry({ runId, override }, { signal });
    console.print({ type: 'retried', ...retried }, retried.message);
    return given.values['watch'] ? followRun(context, runId) : EXIT.ok;
  },
};
