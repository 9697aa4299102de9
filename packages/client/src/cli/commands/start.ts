import { Option } from 'commander';
import type { AddCommand } from '../context.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { followRun } from '../follow-run.ts';
import { linkToRun } from '../render-run.ts';

const KINDS = ['full', 'delta', 'reconcile'] as const;

interface Flags {
  kind?: (typeof KINDS)[number];
  watch?: boolean;
  idempotencyKey?: string;
}

export const addStart: AddCommand = (program, act) =>
  program
    .command('start')
    .description('start a sync of a store')
    .argument('<store>', 'its name or id')
    .addOption(new Option('--kind <kind>', 'full unless given').choices(KINDS))
    .option('-w, --watch', 'show the run until it is over')
    .option('--idempotency-key <key>', 'the same key returns the same run')
    .action(
      act(async (context, nameOrId: string, { kind, watch, idempotencyKey }: Flags) => {
        const { sync, console, signal } = context;
        const store = await sync.findStore(nameOrId, { signal });
        const started = await sync.start(
          { storeId: store.id, ...(kind && { kind }), ...(idempotencyKey && { idempotencyKey }) },
          { signal },
        );
        const { runId } = started.run;
        const text = `${started.message}\nrun ${runId}\n${linkToRun(context, runId)}`;
        console.print({ type: 'started', ...started }, text);
        return watch ? followRun(context, runId) : exitCodeOfRun(started.run);
      }),
    );
