import { type AddCommand, findRunId } from '../context.ts';
import { EXIT } from '../exit-code.ts';

export const addForceDone: AddCommand = (program, act) =>
  program
    .command('force-done')
    .description('cancel the remaining customers of a run')
    .argument('<run|store>', 'a run, or the newest run of a store')
    .requiredOption('--reason <text>', 'why; recorded in the activity of the run')
    .action(
      act(async ({ sync, console, signal }, runOrStore: string, { reason }: { reason: string }) => {
        const runId = await findRunId({ sync, signal }, runOrStore);
        const ended = await sync.forceDone({ runId, reason }, { signal });
        console.print(ended, ended.message);
        return EXIT.ok;
      }),
    );
