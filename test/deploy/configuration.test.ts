import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_RUN_SETTINGS, runSettingsFromEnv } from '@mantis-sync/sync-core';
import { expect, test } from 'vitest';
import { readEnv as readApiEnv } from '../../apps/api/src/env.ts';
import { readOptions } from '../../tools/launcher/src/options.ts';
import { readEnv as readWorkerEnv } from '../../apps/worker/src/env.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Read for tests and builds alone. */
const INTERNAL = new Set(['MANTIS_FAILPOINT', 'PRISMA_SCHEMA_ENGINE_BINARY']);
const ENV_FILES = [
  'apps/api/src/env.ts',
  'apps/worker/src/env.ts',
  'tools/launcher/src/options.ts',
  'packages/sync-core/src/platform/process-env.ts',
  'packages/telemetry/src/telemetry-env.ts',
];

const namesIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name ?? '');
const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();

/** The variable of a setting, such as MANTIS_BATCH_SIZE. */
const variableOf = (setting: string) =>
  `MANTIS_${setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Every variable that a process of the product reads, and those that compose.yaml puts in. */
function variablesInUse(): string[] {
  const sources = globSync(
    ['apps/*/src/**/*.ts', 'packages/{db,sync-core,telemetry}/**/*.ts', 'deploy/*.mjs'],
    { cwd: root, exclude: ['**/node_modules/**', '**/generated/**', '**/test/**'] },
  );
  const taken = sources.flatMap((file) =>
    namesIn(read(file), /process\.env(?:\.|\[')([A-Z][A-Z0-9_]+)/g),
  );
  // Keys of the schemas by which processes read their environment.
  const declared = ENV_FILES.flatMap((file) => namesIn(read(file), /^ +([A-Z][A-Z0-9_]+):/gm));
  const composed = namesIn(read('compose.yaml'), /\$\{([A-Z0-9_]+)/g);
  const settings = Object.keys(DEFAULT_RUN_SETTINGS).map(variableOf);
  return sorted([...taken, ...declared, ...composed, ...settings]).filter(
    (name) => !INTERNAL.has(name),
  );
}

/** The rows of the tables in docs/configuration.md: the cells that name variables, and the others. */
const rows = read('docs/configuration.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '').trim()))
  .map((cells) => {
    const isVariable = (cell: string) => /^`[A-Z][A-Z0-9_]+`/.test(cell);
    const names = namesIn(cells.find(isVariable) ?? '', /`([A-Z0-9_]+)`/g);
    return { names, cells };
  });

const example = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(
  ([, name = '', value = '']) => ({ name, value }),
);

test('each variable that is read is documented, and each that is documented is read', () => {
  const used = variablesInUse();
  expect(used.length).toBeGreaterThan(40);
  const documented = rows.flatMap(({ names }) => names);
  expect(documented.toSorted()).toEqual(sorted(documented));
  expect(sorted(documented)).toEqual(used);
});

test('.env.example names each variable once', () => {
  const names = example.map(({ name }) => name);
  expect(names.toSorted()).toEqual(variablesInUse());
});

test('what .env.example proposes is taken by every process, and the settings of runs are the defaults', () => {
  const secrets = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  };
  const proposed = Object.fromEntries(example.map(({ name, value }) => [name, value]));
  // The crontab is a file that is not here.
  const env = { ...proposed, ...secrets, MANTIS_CRONTAB: '' };
  expect(readApiEnv(env)).toMatchObject({ isProduction: true, publicUrl: proposed['PUBLIC_URL'] });
  expect(readWorkerEnv(env).stuckMs).toBe(Number(proposed['MANTIS_STUCK_MINUTES']) * 60_000);
  expect(readOptions([], env).databaseUrl).toBe(proposed['DATABASE_URL']);
  for (const LOG_LEVEL of ['trace', 'silent'])
    for (const readEnv of [readApiEnv, readWorkerEnv])
      expect(readEnv({ ...env, LOG_LEVEL }).logLevel).toBe(LOG_LEVEL);
  expect(runSettingsFromEnv(env)).toEqual(DEFAULT_RUN_SETTINGS);
});

test('the table of settings shows their defaults', () => {
  const reported = rows
    .filter(({ cells }) =>
      Object.hasOwn(DEFAULT_RUN_SETTINGS, (cells[0] ?? '').replaceAll('`', '')),
    )
    .map(({ cells: [setting = '', , fallback = ''] }) => [
      setting.replaceAll('`', ''),
      fallback.replaceAll('`', ''),
    ]);
  expect(Object.fromEntries(reported)).toEqual(
    Object.fromEntries(
      Object.entries(DEFAULT_RUN_SETTINGS).map(([name, value]) => [name, String(value)]),
    ),
  );
});
