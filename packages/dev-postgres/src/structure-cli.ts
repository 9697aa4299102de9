import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { migrate } from '@mantis-sync/db';
import { dumpStructure } from './dump-structure.ts';
import { readOrUndefined } from './postgres-cluster.ts';
import { startTestServer } from './test-server.ts';

// Writes prisma/structure.sql; with --check compares, for CI, and exits 1 when it is out of date.
const path = resolve(import.meta.dirname, '../../../prisma/structure.sql');
const server = await startTestServer();
try {
  await migrate({ url: server.url });
  const current = await dumpStructure(server.url);
  if (!process.argv.includes('--check')) {
    await writeFile(path, current);
    console.log('prisma/structure.sql written');
  } else if ((await readOrUndefined(path)) === current) {
    console.log('prisma/structure.sql is up to date');
  } else {
    console.error(
      'prisma/structure.sql is out of date: run `npx -y pnpm@12 structure` and commit it',
    );
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
