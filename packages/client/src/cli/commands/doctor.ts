import type { Diagnosis } from '../../run.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { operandOf } from '../given.ts';
import { clean, paint } from '../render-run.ts';

export const doctor: Command = {
  name: 'doctor',
  operands: ['<store>'],
  about: 'Examine the connection of a store: what is wrong, and what to do',
  flags: {},
  async run({ sync, console, signal }, given) {
    const store = await sync.findStore(operandOf(given), { signal });
    const diagnosis = await sync.diagnose({ storeId: store.id }, { signal });
    console.print(diagnosis, renderDiagnosis(diagnosis, console.color));
    return diagnosis.isHealthy ? EXIT.ok : EXIT.person;
  },
};

const TONES = { ok: 'green', note: 'dim', warning: 'yellow', problem: 'red' } as const;

function renderDiagnosis({ isHealthy, findings }: Diagnosis, color: boolean): string {
  const lines = findings.flatMap(({ check, level, message, cure }) => [
    `${paint(level.padEnd(8), TONES[level], color)} ${check.padEnd(10)} ${clean(message)}`,
    ...(cure ? [`${' '.repeat(20)}→ ${clean(cure)}`] : []),
  ]);
  return [
    ...lines,
    isHealthy ? 'The store can be synced.' : 'No run can go on before this is mended.',
  ].join('\n');
}
