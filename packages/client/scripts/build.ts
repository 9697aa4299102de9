import { spawnSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const home = join(import.meta.dirname, '..');
const declared = join(home, 'build');
const output = join(home, 'dist');

await Promise.all([declared, output].map((folder) => rm(folder, { recursive: true, force: true })));
declareTypes();
await Promise.all([bundleCode(), bundleTypes()]);
await chmod(join(output, 'cli.js'), 0o755);
await rm(declared, { recursive: true });

/**
 * Declarations of the client and of the API's router, one file each.
 *
 * tsc declares all that the router leads to, and complains of parts of the API that have no portable name.
 * Those are ignored: only problems of our own types are errors.
 */
function declareTypes(): void {
  const { stdout, error } = spawnSync('tsc', ['-p', 'tsconfig.build.json', '--pretty', 'false'], {
    cwd: home,
    encoding: 'utf8',
  });
  if (error) throw error;
  const ours = stdout
    .split('\n')
    .filter((line) => /^(src|\.\.\/\.\.\/apps\/api\/src\/routers)\//.test(line));
  if (ours.length > 0) throw new Error(ours.join('\n'));
}

async function bundleCode(): Promise<void> {
  const bundle = await rolldown({
    input: {
      index: join(home, 'src/index.ts'),
      trpc: join(home, 'src/trpc.ts'),
      cli: join(home, 'src/cli.ts'),
    },
    // These are installed with the package.
    external: [/^@trpc\//, 'commander', 'eventsource', /^node:/],
    platform: 'neutral',
    transform: { target: 'es2022' },
  });
  await bundle.write({ dir: output, chunkFileNames: 'shared-[hash].js' });
}

async function bundleTypes(): Promise<void> {
  const client = join(declared, 'packages/client/src');
  const bundle = await rolldown({
    input: { index: join(client, 'index.d.ts'), trpc: join(client, 'trpc.d.ts') },
    external: [/^@trpc\//, 'eventsource'],
    plugins: [resolveDeclarations(), dts({ dtsOnly: true, generator: 'oxc' })],
  });
  await bundle.write({ dir: output, chunkFileNames: 'shared-[hash].d.ts' });
}

/** Leads from one declaration to the next, and leaves the insides of the API out. */
function resolveDeclarations(): Plugin {
  const router = join(declared, 'apps/api/src/routers/app-router.d.ts');
  const inside = '\0inside.d.ts';
  return {
    name: 'resolve-declarations',
    resolveId: {
      order: 'pre',
      handler(source, importer) {
        if (source === '@mantis-sync/api/router') return router;
        if (!source.startsWith('.') || importer === undefined) return undefined;
        if (importer === router) return inside;
        return join(dirname(importer), source.replace(/\.ts$/, '.d.ts'));
      },
    },
    load: {
      order: 'pre',
      handler: (id) =>
        id === inside
          ? 'export type Context = object; export type ProcedureMeta = object;'
          : undefined,
    },
  };
}
