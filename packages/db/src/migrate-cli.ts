import { migrate } from './migrate.ts';

// Prints one line per result; exit code 1 if the database is not at this version afterwards.
const url = process.env['MIGRATION_DATABASE_URL'] ?? process.env['DATABASE_URL'];
if (!url) fail('DATABASE_URL is not set');

try {
  const { applied } = await migrate({ url });
  for (const name of applied) console.log(`applied ${name}`);
  console.log(applied.length ? `${applied.length} migrations applied` : 'already up to date');
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function fail(reason: string): never {
  console.error(`migration failed: ${reason}`);
  process.exit(1);
}
