import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { table } from '../render-run.ts';

export const stores: Command = {
  name: 'stores',
  operands: [],
  about: 'List the stores of the organisation',
  flags: {},
  async run({ sync, console, signal }) {
    const found = await sync.stores({ signal });
    const rows = found.map(({ id, name, state, customers, lastRun }) => [
      id,
      name,
      state,
      String(customers),
      lastRun ? `${lastRun.state} ${lastRun.finishedAt ?? ''}`.trim() : 'never',
    ]);
    console.print(found, table([['ID', 'NAME', 'STATE', 'CUSTOMERS', 'LAST RUN'], ...rows]));
    return EXIT.ok;
  },
};
