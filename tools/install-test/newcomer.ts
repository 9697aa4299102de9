import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** The two commands of the README's first block, without their comments: start and test. */
export function readmeCommands(): { start: string; test: string } {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const block = /```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const [start, test, ...more] = block
    .split('\n')
    .map((line) => line.replace(/\s+#.*/, '').trim())
    .filter((line) => line !== '');
  if (!start?.endsWith(' start') || !test?.endsWith(' test') || more.length > 0) {
    throw new Error(`README.md: expected the commands start and test, found:\n${block}`);
  }
  return { start, test };
}

/** A user who tries the product: root, or a user with only a home folder. */
export interface Newcomer {
  ids: { uid: number; gid: number } | undefined;
  home: string;
  /** Packages that pnpm has downloaded: only the npm cache is empty for each command. */
  store: string;
}

/** A clone of the current commit, as its owner would make it. */
export function cloneInto(folder: string, owner?: Newcomer): void {
  const git = ['-c', 'safe.directory=*', 'clone', '--quiet', '--depth', '1'];
  execFileSync('git', [...git, `file://${repository}`, folder]);
  if (owner?.ids) execFileSync('chown', ['-R', `${owner.ids.uid}:${owner.ids.gid}`, folder]);
}

export interface Started {
  /** All output so far, of both streams. */
  output(): string;
  /** Resolves once the output matches; rejects if the command ends before, or times out. */
  until(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Sends Ctrl-C and waits for the end. */
  interrupt(): Promise<void>;
}

const PATIENCE_MS = 15 * 60_000;

/** Runs a command in a folder with an empty npm cache, without a terminal and without our environment. */
export function runAs(
  { ids, home, store }: Newcomer,
  command: string,
  folder: string,
  env: Record<string, string> = { HOME: home },
): Started {
  const cache = mkdtempSync(join(home, 'npm-cache-'));
  if (ids) chownSync(cache, ids.uid, ids.gid);
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    env: {
      ...networkOf(process.env),
      PATH: process.env['PATH'],
      npm_config_cache: cache,
      pnpm_config_store_dir: store,
      ...env,
    },
    ...ids,
    // A process group of its own has no terminal, and Ctrl-C reaches all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0));
  });
  return watch(child);
}

/** The registry settings of this machine. */
function networkOf(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(https?_proxy|no_proxy|npm_config_registry|node_extra_ca_certs|ssl_cert_file)$/i;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.test(name)));
}

function watch(child: ChildProcess): Started {
  let text = '';
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      changed.dispatchEvent(new Event('change'));
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    output: () => text,
    ended,
    async until(pattern) {
      const deadline = AbortSignal.timeout(PATIENCE_MS);
      const over = ended.then(() => 'over' as const);
      while (!pattern.test(text)) {
        const change = once(changed, 'change', { signal: deadline });
        if ((await Promise.race([change, over])) === 'over' && !pattern.test(text)) {
          throw new Error(`ended without ${pattern}:\n${text}`);
        }
      }
    },
    async interrupt() {
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await ended;
    },
  };
}

export function makeNewcomer(parent: string, name: string, ids?: Newcomer['ids']): Newcomer {
  const home = join(parent, name);
  mkdirSync(home, { mode: 0o700 });
  if (ids) chownSync(home, ids.uid, ids.gid);
  return { ids, home, store: join(home, 'store') };
}
