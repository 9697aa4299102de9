import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaVersionState } from '@mantis-sync/db';
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const AT_ONCE = 3;

let db: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  db = await createTestDatabase({ empty: true });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await db.drop();
});

test('a worker that starts first waits for the migration step, which may run concurrently', async () => {
  const early = start('apps/worker/src/main.ts');
  await untilPrinted(early, 'waiting for `npx -y pnpm@12 run migrate`');
  const patient = start('apps/worker/src/main.ts');
  await untilPrinted(patient, 'waiting for `npx -y pnpm@12 run migrate`');
  const patientEnds = once(patient, 'exit');
  patient.kill('SIGTERM');
  expect(await patientEnds).toEqual([0, null]);

  const isReady = once(early, 'message');
  const steps = await Promise.all(Array.from({ length: AT_ONCE }, migrateStep));
  expect(await schemaVersionState(db.url)).toBe('current');
  const applied = steps.flatMap((text) => text.match(/(?<=^applied ).+/gm) ?? []);
  expect(applied.toSorted()).toEqual(await migrationNames());
  expect(await migrateStep()).toContain('already up to date');
  expect(await isReady).toEqual([{ type: 'ready' }, undefined]);
});

test('a login without rights to the job tables says what is missing', async () => {
  const bare = await createTestDatabase();
  const name = `runtime_${randomBytes(4).toString('hex')}`;
  await bare.admin.query('drop schema if exists graphile_worker cascade');
  await bare.admin.query(
    `create role ${name} login password 'runtime'
       in role mantis_app, mantis_system, mantis_retention, mantis_runtime`,
  );
  const url = Object.assign(new URL(bare.url), { username: name, password: 'runtime' });
  const worker = start('apps/worker/src/main.ts', url.href);
  const ended = once(worker, 'exit');
  await untilPrinted(worker, 'The job runner’s tables are not installed');
  expect(await ended).toEqual([1, null]);
  await bare.admin.query(`drop role ${name}`);
  await bare.drop();
});

function start(program: string, url = db.url): ChildProcess {
  const child = fork(join(root, program), {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: url,
      MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  children.push(child);
  return child;
}

/** Both halves of `npx -y pnpm@12 run migrate`. Gives what they print. */
async function migrateStep(): Promise<string> {
  let printed = '';
  for (const program of ['packages/db/src/migrate-cli.ts', 'apps/worker/src/install-jobs-cli.ts']) {
    const child = start(program);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    expect([program, ...(await once(child, 'close'))]).toEqual([program, 0, null]);
  }
  return printed;
}

async function untilPrinted(child: ChildProcess, text: string): Promise<void> {
  let printed = '';
  // Read on afterwards: leaving the loop would close the pipe, and the program would end at its next line.
  const { promise: isPrinted, resolve } = Promise.withResolvers<void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.includes(text)) resolve();
  });
  child.stdout?.once('end', resolve);
  await isPrinted;
  expect(printed).toContain(text);
}

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(join(root, 'prisma/migrations'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
