import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

// `test` runs the projects unit and pg-18, in minutes; `test:rest` runs the projects rest and pg-15;
// `test:all` runs all four. A file belongs to exactly one of unit, pg-18 and rest.

/**
 * Every failpoint, outages, odd stores, chaos, models, races, many workers, restricted logins, rotated keys, the
 * search for secrets, telemetry, details of the dashboard, axe, the client, packaging, upgrades.
 */
const rest = [
  'test/faults/{contention,machine,stores}/**/*.pg.test.ts',
  'test/model/**/*.pg.test.ts',
  'test/deploy/**/*.pg.test.ts',
  'test/client/**/*.pg.test.ts',
  'test/observability/**/*.pg.test.ts',
  'test/security/{sentinels,two-logins,rotate-keys}.pg.test.ts',
  'apps/web/test/*-details.browser.pg.test.ts',
  'apps/web/test/audits.browser.pg.test.ts',
  'packages/*/test/{embedded-postgres,private-folder,settling-races}.pg.test.ts',
  'apps/worker/test/migrate-step.pg.test.ts',
];

/** Tests of what differs between PostgreSQL versions: SQL, migrations, policies, and one complete run. */
const onEveryVersion = [
  'packages/*/test/**/*.pg.test.ts',
  'apps/worker/test/**/*.pg.test.ts',
  'apps/api/test/{access,customers,tenancy}.pg.test.ts',
  'test/security/{row-level-security,two-logins}.pg.test.ts',
  'test/e2e/normal-sync.pg.test.ts',
];

const postgres15 = process.env['MANTIS_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
const hasPostgres15 = existsSync(join(postgres15, 'initdb'));

if (!hasPostgres15) console.log('PostgreSQL 15: skipped, not installed');

const externalUrl = process.env['TEST_DATABASE_URL'];
const prepareTemplate = [join(import.meta.dirname, 'apps/worker/test/prepare-template.ts')];

// Test processes and Vitest's workers share one compile cache.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const never = ['**/node_modules/**', '**/dist/**'];

/** Tests named x.pg.test.ts, on a PostgreSQL server that starts with the project. */
function onPostgres(
  name: string,
  files: { include: string[]; exclude?: string[] },
  server: object,
) {
  return {
    extends: true as const,
    test: {
      name,
      include: files.include,
      exclude: [...never, ...(files.exclude ?? [])],
      pool: 'forks' as const,
      // Each of Vitest's workers loads the libraries once, not once per file.
      isolate: false,
      globalSetup: ['packages/dev-postgres/src/testing-setup.ts'],
      provide: { testPostgresOptions: { prepareTemplate, ...server } },
    },
  };
}

const embedded = externalUrl ? { externalUrl } : {};

export default defineConfig({
  test: {
    // Tests spend about half of their time waiting: three workers keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default', new SummaryReporter()],
    // `coverage`: of the processes of a test only Vitest's own are measured, no worker or API that it starts.
    coverage: {
      include: ['{apps,packages}/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.ts', '**/generated/**'],
      reporter: ['text-summary', 'html'],
    },
    // These limits only end hanging tests: nothing depends on the speed of the machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...never, '**/*.pg.test.ts'],
          pool: 'threads',
          // Pure tests have no side effects, so they can share loaded modules.
          isolate: false,
        },
      },
      onPostgres('pg-18', { include: ['**/*.pg.test.ts'], exclude: rest }, embedded),
      onPostgres('rest', { include: rest }, embedded),
      // The oldest supported version, if it is installed.
      ...(hasPostgres15
        ? [
            onPostgres(
              'pg-15',
              {
                include: onEveryVersion,
                // They start the embedded PostgreSQL whatever the project.
                exclude: ['packages/*/test/{embedded-postgres,private-folder}.pg.test.ts'],
              },
              { binDirectory: postgres15 },
            ),
          ]
        : []),
    ],
  },
});
