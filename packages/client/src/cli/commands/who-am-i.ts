import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { clean, table } from '../render-run.ts';

export const addWhoAmI: AddCommand = (program, act) =>
  program
    .command('whoami')
    .description('show the organisation, its id, and what the key may do')
    .action(
      act(async ({ sync, console, signal, linkTo }) => {
        const me = await sync.whoAmI({ signal });
        const rows = [
          ['organisation', clean(me.organisation?.name ?? 'none')],
          ['organisation id', me.organisation?.id ?? ''],
          ['key', clean(me.apiKey?.name ?? 'without a name')],
          ['may', me.level ?? 'nothing'],
          ['dashboard', linkTo('/')],
        ];
        console.print(me, table(rows));
        return EXIT.ok;
      }),
    );
