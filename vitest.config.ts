import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// x.test.ts is pure; x.pg.test.ts runs on PostgreSQL: on the embedded 18 (or the server of
// TEST_DATABASE_URL), and once more on the oldest supported version where that is installed.
const postgres15 = process.env['MANTIS_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
const hasPostgres15 = existsSync(join(postgres15, 'initdb'));
if (!hasPostgres15) console.log('PostgreSQL 15: skipped, not installed');

const externalUrl = process.env['TEST_DATABASE_URL'];
const prepareTemplate = ['apps/worker/test/prepare-template.ts']
  .map((path) => join(import.meta.dirname, path))
  .filter((path) => existsSync(path));

const exclude = ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts'];

// What they try is the product's processes, not the version of the database.
const once = [
  'test/faults/**',
  'test/model/**',
  'test/deploy/**',
  'test/client/**',
  'test/observability/**',
  '**/*.browser.pg.test.ts',
];

function onPostgres(name: string, options: object, notHere: string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      include: ['**/*.pg.test.ts'],
      exclude: [...exclude, ...notHere],
      globalSetup: ['packages/dev-postgres/src/testing-setup.ts'],
      provide: { testPostgresOptions: { prepareTemplate, ...options } },
    },
  };
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // All of these only end what hangs: nothing is judged by how long it takes on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.pg.test.ts'],
        },
      },
      onPostgres('pg-18', externalUrl ? { externalUrl } : {}),
      ...(hasPostgres15 ? [onPostgres('pg-15', { binDirectory: postgres15 }, once)] : []),
    ],
  },
});
