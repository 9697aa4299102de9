import type { Command } from '../command.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { idempotencyKeyOf, kindOf, operandOf } from '../given.ts';
import { KINDS } from '../given.ts';

export const start: Command = {
  name: 'start',
  operands: ['<store>'],
  about: 'Start a sync of a store, by its name or id',
  flags: {
    kind: {
      type: 'string',
      value: 'kind',
      choices: KINDS,
      about: `${KINDS.join(', ')}; full unless given`,
    },
    watch: { type: 'boolean', short: 'w', about: 'show it until it is over' },
    'idempotency-key': { type: 'string', value: 'key', about: 'the same key returns the same run' },
  },
  async run(context, given) {
    const { sync, console, signal } = context;
    const kind = kindOf(given);
    const store = await sync.findStore(operandOf(given), { signal });
    const started = await sync.start(
      { storeId: store.id, ...kind, ...idempotencyKeyOf(given) },
      { signal },
    );
    console.print({ type: 'started', ...started }, `${started.message}\nrun ${started.run.runId}`);
    return given.values['watch']
      ? followRun(context, started.run.runId)
      : exitCodeOfRun(started.run);
  },
};
