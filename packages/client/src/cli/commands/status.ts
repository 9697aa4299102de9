import { type AddCommand, findRunId } from '../context.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { linkToRun, renderRun } from '../render-run.ts';

export const addStatus: AddCommand = (program, act) =>
  program
    .command('status')
    .description('show a run')
    .argument('<run|store>', 'a run, or the newest run of a store')
    .option('-w, --watch', 'show the run until it is over')
    .action(
      act(async (context, runOrStore: string, { watch }: { watch?: boolean }) => {
        const { sync, console, signal } = context;
        const runId = await findRunId(context, runOrStore);
        if (watch) return followRun(context, runId);
        const run = await sync.status({ runId }, { signal });
        console.print(run, renderRun(run, linkToRun(context, runId), console.color));
        return exitCodeOfRun(run);
      }),
    );
