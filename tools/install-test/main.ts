/**
 * Does what a newcomer does: clones the current commit and runs the README's commands as they are printed,
 * with an empty npm cache and without a terminal. As root it tries everything; as another user, what that
 * user can try.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneInto, makeNewcomer, readmeCommands, runAs, type Newcomer } from './newcomer.ts';

const USER = 'mantis-newcomer';
const SYNCED = /797 of 797 customers synced/;
const DEFAULT_PORT = 4400;

const commands = readmeCommands();
const isRoot = process.getuid?.() === 0;
const parent = mkdtempSync(join(tmpdir(), 'mantis-install-'));
let hasUser = false;
chmodSync(parent, 0o755);

try {
  if (isRoot) await asRootBelowPrivateFolder();
  else console.log('skipped: what needs root');
  const user = makeNewcomer(parent, 'user', isRoot ? createUser() : undefined);
  await inOddPath(user);
  await withoutHomeAndWithPortBusy(user);
  await inReadOnlyCheckout(user);
  console.log('All of it works.');
} finally {
  rmSync(parent, { recursive: true, force: true });
  if (hasUser) execFileSync('userdel', [USER]);
}

async function asRootBelowPrivateFolder(): Promise<void> {
  const root = makeNewcomer(parent, 'root');
  const folder = join(root.home, 'mantis-sync');
  cloneInto(folder);
  const began = Date.now();
  await startsAndSyncs('as root below a folder of mode 0700', root, folder);
  report('the first start took', `${Math.round((Date.now() - began) / 1_000)} s`);
  report('and this much disk, downloads included', `${megabytes(root.home)} MB`);

  // The README's other command: these tests start their own PostgreSQL in this place.
  const test = runAs(root, `${commands.test} packages/db/test/migrate.pg --project pg-18`, folder);
  if ((await test.ended) !== 0) fail('test, as root below a folder of mode 0700', test.output());
  report('test, as root below a folder of mode 0700', 'passed');
}

async function inOddPath(user: Newcomer): Promise<void> {
  const folder = join(user.home, 'Käse & Größe 日本');
  cloneInto(folder, user);
  await startsAndSyncs('as a user, in a path with spaces and non-ASCII letters', user, folder);
}

async function withoutHomeAndWithPortBusy(user: Newcomer): Promise<void> {
  const folder = join(user.home, 'without-home');
  cloneInto(folder, user);
  const other = createServer().listen(DEFAULT_PORT, '127.0.0.1');
  await once(other, 'listening');
  await endsWithOneLine('with the default port busy', user, folder, {
    line: /^Port 4400 of 127\.0\.0\.1 is in use\. Set PORT to another one\.$/,
  });
  other.close();
  await startsAndSyncs('without HOME', user, folder, {});
}

async function inReadOnlyCheckout(user: Newcomer): Promise<void> {
  const folder = join(parent, 'read-only');
  mkdirSync(folder);
  cloneInto(folder);
  if (!isRoot) execFileSync('chmod', ['-R', 'a-w', folder]);
  await endsWithOneLine('in a read-only checkout', user, folder, {
    line: /^\S+read-only\/ is not writable \(EACCES\)\. Clone Mantis Sync into a folder that you own\.$/,
  });
  if (!isRoot) execFileSync('chmod', ['-R', 'u+w', folder]);
}

async function startsAndSyncs(
  name: string,
  newcomer: Newcomer,
  folder: string,
  env?: Record<string, string>,
): Promise<void> {
  const start = runAs(newcomer, commands.start, folder, env);
  await start.until(SYNCED).catch((error: Error) => fail(name, error.message));
  await start.interrupt();
  const left = processesIn(folder);
  if (left !== '') fail(name, `Ctrl-C left processes behind:\n${left}`);
  report(name, SYNCED.exec(start.output())?.[0] ?? '');
}

async function endsWithOneLine(
  name: string,
  newcomer: Newcomer,
  folder: string,
  { line }: { line: RegExp },
): Promise<void> {
  const start = runAs(newcomer, commands.start, folder);
  const code = await start.ended;
  const lines = start.output().split('\n');
  const found = lines.filter((each) => line.test(each));
  if (code === 0 || found.length !== 1) fail(name, start.output());
  if (lines.some((each) => /^\s+at .*:\d+/.test(each))) fail(name, start.output());
  report(name, found[0] ?? '');
}

function createUser(): { uid: number; gid: number } {
  execFileSync('useradd', ['--system', '--user-group', '--home-dir', join(parent, 'user'), USER]);
  hasUser = true;
  const id = (flag: string) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Processes that still run a program of this folder. */
function processesIn(folder: string): string {
  return execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n');
}

function megabytes(folder: string): number {
  return Number.parseInt(execFileSync('du', ['-sm', folder], { encoding: 'utf8' }), 10);
}

function report(name: string, result: string): void {
  console.log(`${name}: ${result}`);
}

function fail(name: string, output: string): never {
  throw new Error(`${name}: failed\n${output}`);
}
