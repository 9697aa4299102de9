import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { ago, clean, number, table } from '../render-run.ts';

export const addStores: AddCommand = (program, act) =>
  program
    .command('stores')
    .description('list the stores of the organisation')
    .action(
      act(async ({ sync, console, signal }) => {
        const stores = await sync.stores({ signal });
        const rows = stores.map(({ id, name, state, customers, lastRun }) => [
          id,
          clean(name),
          state,
          number(customers),
          lastRun ? `${lastRun.state} ${ago(lastRun.finishedAt)}`.trim() : 'never',
        ]);
        console.print(stores, table([['ID', 'NAME', 'STATE', 'CUSTOMERS', 'LAST RUN'], ...rows]));
        return EXIT.ok;
      }),
    );
