import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** Number of commits to search. */
const DEPTH = '50';

/** The newest version with fewer migrations than ours; null if the history is unknown. */
export function versionBeforeMigrations(): string | null {
  const ours = readdirSync(join(root, 'prisma/migrations')).toSorted();
  try {
    const touched = git('log', '--format=%H', '-n', DEPTH, '--', 'prisma/migrations').split('\n');
    const candidates = ['HEAD', ...touched.filter(Boolean).map((commit) => `${commit}^`)];
    const before = candidates.find((commit) => namesIn(commit).join() !== ours.join());
    return before === undefined ? null : git('rev-parse', before).trim();
  } catch {
    // No git, no repository, or an incomplete history.
    return null;
  }
}

/**
 * Checks out another version into a folder of its own, using our installed packages; removed at the end of the
 * test.
 *
 * @returns the folder
 */
export function checkOut(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mantis-before-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const archive = execFileSync(
    'git',
    ['archive', commit, 'package.json', 'prisma', 'apps/worker', 'packages'],
    { cwd: root, maxBuffer: 500_000_000 },
  );
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  // pnpm's links are relative: links between packages lead to the other version, all others to ours.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const part of globSync(['apps/*', 'packages/*'], { cwd: folder })) {
    const links = join(root, part, 'node_modules');
    if (existsSync(links))
      cpSync(links, join(folder, part, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true,
      });
  }
  // For a package of the other version that imports a dependency which ours no longer has.
  const shared = join(folder, 'packages/node_modules/@mantis-sync');
  mkdirSync(shared, { recursive: true });
  for (const part of globSync('packages/*', { cwd: folder, exclude: ['packages/node_modules'] }))
    symlinkSync(join(folder, part), join(shared, basename(part)));
  return folder;
}

function namesIn(commit: string): string[] {
  return git('ls-tree', '--name-only', `${commit}:prisma/migrations`).trim().split('\n').toSorted();
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
