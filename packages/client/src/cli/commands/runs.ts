import { Option } from 'commander';
import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { ago, clean, duration, number, starterOf, table } from '../render-run.ts';
import type { Run } from '../../run.ts';

const STATES = ['draft', 'processing', 'done', 'partial', 'failed'] as const;
const KINDS = ['full', 'delta', 'reconcile', 'webhook'] as const;

interface Flags {
  store?: string;
  state?: (typeof STATES)[number];
  kind?: (typeof KINDS)[number];
  limit: string;
}

export const addRuns: AddCommand = (program, act) =>
  program
    .command('runs')
    .description('list runs, newest first')
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .option('--store <store>', 'only runs of this store, by its name or id')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(STATES))
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(KINDS))
    .addOption(new Option('--limit <number>', 'how many, at most 100').default('20'))
    .action(
      act(async ({ sync, console, signal }, { store, state, kind, limit }: Flags) => {
        const storeId =
          store === undefined ? undefined : (await sync.findStore(store, { signal })).id;
        const runs = await sync.runs(
          { storeId, state, kinds: kind && [kind], limit: Number(limit) },
          { signal },
        );
        console.print(runs, table([HEADINGS, ...runs.map(rowOf)]));
        return EXIT.ok;
      }),
    );

const HEADINGS = ['ID', 'STORE', 'KIND', 'STATE', 'CUSTOMERS', 'STARTED', 'TOOK', 'BY'];

function rowOf(run: Run): string[] {
  const { counts, createdAt, finishedAt, activeSeconds } = run;
  return [
    run.runId,
    clean(run.storeName),
    run.kind,
    run.isActionRequired ? `${run.state}, needs a decision` : run.state,
    `${number(counts.done)}/${number(counts.total)}${counts.failed > 0 ? `, ${number(counts.failed)} failed` : ''}`,
    ago(createdAt),
    finishedAt === null || activeSeconds === null ? '' : duration(activeSeconds),
    clean(starterOf(run)),
  ];
}
