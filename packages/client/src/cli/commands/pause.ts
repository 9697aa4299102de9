import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { clean } from '../render-run.ts';

export const addPause: AddCommand = (program, act) =>
  program
    .command('pause')
    .description('pause a store: nothing is requested from it until it is resumed')
    .argument('<store>', 'its name or id')
    .requiredOption('--reason <text>', 'why; shown in the dashboard')
    .action(
      act(async ({ sync, console, signal }, nameOrId: string, { reason }: { reason: string }) => {
        const { id } = await sync.findStore(nameOrId, { signal });
        const store = await sync.pauseStore({ storeId: id, reason }, { signal });
        console.print(store, `${clean(store.name)} is paused.`);
        return EXIT.ok;
      }),
    );

export const addResume: AddCommand = (program, act) =>
  program
    .command('resume')
    .description('resume a paused store and its runs')
    .argument('<store>', 'its name or id')
    .action(
      act(async ({ sync, console, signal }, nameOrId: string) => {
        const { id } = await sync.findStore(nameOrId, { signal });
        const store = await sync.resumeStore({ storeId: id }, { signal });
        console.print(store, `${clean(store.name)} is ${store.state}.`);
        return EXIT.ok;
      }),
    );
