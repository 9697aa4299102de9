import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { findRunId } from '../given.ts';
import { UsageError } from '../usage-error.ts';

export const forceDone: Command = {
  name: 'force-done',
  operands: ['<run|store>'],
  about: 'Cancel what is left of a run',
  flags: {
    reason: { type: 'string', value: 'text', about: 'needed; stands in the log of the run' },
  },
  async run({ sync, console, signal }, given) {
    const { reason } = given.values;
    if (typeof reason !== 'string' || reason.trim() === '')
      throw new UsageError('Say why, with --reason.');
    const runId = await findRunId({ sync, signal }, given);
    const ended = await sync.forceDone({ runId, reason }, { signal });
    console.print(ended, ended.message);
    return EXIT.ok;
  },
};
