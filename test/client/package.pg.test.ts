import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../support/open-world.ts';
import { envOf, runCommand } from '../support/run-command.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const source = join(root, 'packages/client');

interface Manifest {
  private?: boolean;
  version: string;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

/** As another app would write it. */
const consumer = `
import { createMantisSync, type Run, TooManyCallsError } from '@mantis-sync/client';
import { createMantisTrpcClient, type MantisOutputs } from '@mantis-sync/client/trpc';

const connection = { url: process.env['MANTIS_URL']!, apiKey: process.env['MANTIS_API_KEY']! };
const mantis = createMantisSync(connection);
const store = await mantis.findStore('Shop');
const { run } = await mantis.start({ storeId: store.id });
const ended: Run = await mantis.waitUntilDone({ runId: run.runId });
const page: MantisOutputs['sync']['list'] = await createMantisTrpcClient(connection).sync.list.query({ limit: 5 });
console.log(ended.state satisfies 'done' | 'partial' | 'failed' | 'draft' | 'processing', page.items.length);
export const retryAfter = (error: TooManyCallsError): number => error.retryAfter;
export async function mistakes() {
  // @ts-expect-error there is no such kind
  await mantis.start({ storeId: store.id, kind: 'all' });
  // @ts-expect-error dates come as text
  ended.createdAt.getTime();
  // @ts-expect-error there is no such procedure
  await mantis.trpc.sync.begin.mutate({});
}
`;

/** The tarball, laid out as a package manager would, with the declared dependencies and no others. */
async function install(project: string): Promise<string> {
  await run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', project], { cwd: source });
  const tarball = (await readdir(project)).find((name) => name.endsWith('.tgz'))!;
  const home = join(project, 'node_modules/@mantis-sync/client');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(project, tarball), '-C', home, '--strip-components=1']);
  const { dependencies } = await readManifest(home);
  // The consumer's own types of Node.
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(source, 'node_modules', name), link);
  }
  return join(project, tarball);
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}

test('the packed package is self-contained, valid, compiles in strict mode, and works', async () => {
  const project = await mkdtemp(join(tmpdir(), 'mantis-consumer-'));
  onTestFinished(() => rm(project, { recursive: true }));
  const tarball = await install(project);
  const home = join(project, 'node_modules/@mantis-sync/client');

  const manifest = await readManifest(home);
  expect(manifest.private).toBeUndefined();
  expect(JSON.stringify(manifest.dependencies)).not.toMatch(/workspace:|catalog:|@mantis-sync/);
  expect(await readdir(home)).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'examples', 'package.json']),
  );
  const files = await readdir(join(home, 'dist'));
  for (const name of files) {
    const text = await readFile(join(home, 'dist', name), 'utf8');
    const modules = [...text.matchAll(/(?:from|import\(?)\s*["']([^"']+)["']/g)].map(
      ([, id]) => id!,
    );
    for (const id of modules)
      expect(id).toMatch(/^(\.\/shared-|@trpc\/(client|server)|commander$|eventsource$|node:)/);
    expect(text).not.toMatch(/fastify|prisma|graphile|better-auth|\bpg\b|packages\/|apps\/api/i);
  }

  const bin = (name: string) => join(root, 'test/node_modules/.bin', name);
  await run(bin('publint'), ['--strict', tarball]);
  await run(bin('attw'), [tarball, '--profile', 'esm-only']);

  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project, 'app.ts'), consumer);
  const options =
    '--noEmit --strict --module nodenext --target es2023 --types node --skipLibCheck false';
  await run(bin('tsc'), [...options.split(' '), 'app.ts'], { cwd: project });

  const { api, startWorker } = await openWorld({ customers: 5 });
  await startWorker();
  const env = envOf(api);
  expect(await runCommand(join(project, 'app.ts'), [], env)).toEqual({
    code: 0,
    stdout: 'done 1\n',
    stderr: '',
  });
  const command = join(home, manifest.bin['mantis-sync']!);
  const stores = await run(command, ['stores'], { env: { PATH: process.env['PATH'], ...env } });
  expect(stores.stdout).toContain('Shop');
  expect((await run(command, ['--version'])).stdout.trim()).toBe(manifest.version);
});
