import type { Diagnosis } from '../../run.ts';
import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { clean, paint } from '../render-run.ts';

export const addDiagnose: AddCommand = (program, act) =>
  program
    .command('diagnose')
    .alias('doctor')
    .description('diagnose the connection of a store: problems and fixes')
    .argument('<store>', 'its name or id')
    .action(
      act(async ({ sync, console, signal }, nameOrId: string) => {
        const store = await sync.findStore(nameOrId, { signal });
        const diagnosis = await sync.diagnose({ storeId: store.id }, { signal });
        console.print(diagnosis, renderDiagnosis(diagnosis, console.color));
        return diagnosis.isHealthy ? EXIT.ok : EXIT.person;
      }),
    );

const TONES = { ok: 'green', note: 'dim', warning: 'yellow', problem: 'red' } as const;

function renderDiagnosis({ isHealthy, findings }: Diagnosis, color: boolean): string {
  const lines = findings.flatMap(({ check, level, message, fix }) => [
    `${paint(level.padEnd(8), TONES[level], color)} ${check.padEnd(10)} ${clean(message)}`,
    ...(fix ? [`${' '.repeat(20)}→ ${clean(fix)}`] : []),
  ]);
  return [
    ...lines,
    isHealthy ? 'The store can be synced.' : 'No run can continue until this is fixed.',
  ].join('\n');
}
