import { type AddCommand, findRunId } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';

interface Flags {
  override?: boolean;
  watch?: boolean;
}

export const addRetry: AddCommand = (program, act) =>
  program
    .command('retry')
    .description('retry the failed customers of a run')
    .argument('<run|store>', 'a run, or the newest run of a store')
    .option('--override', 'although the run needs a decision: you have checked the failures')
    .option('-w, --watch', 'show the run until it is over')
    .action(
      act(async (context, runOrStore: string, { override = false, watch }: Flags) => {
        const { sync, console, signal } = context;
        const runId = await findRunId(context, runOrStore);
        const retried = await sync.retry({ runId, override }, { signal });
        console.print({ type: 'retried', ...retried }, retried.message);
        return watch ? followRun(context, runId) : EXIT.ok;
      }),
    );
