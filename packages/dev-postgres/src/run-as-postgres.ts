import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, oneLine } from './errors.ts';

const run = promisify(execFile);

/** Runs PostgreSQL's programs as a user that they accept: they refuse root. */
export interface PostgresRunner {
  run(program: string, args: readonly string[]): Promise<void>;
  /** Gives a file or folder to that user. */
  own(path: string): Promise<void>;
}

/**
 * Runs programs as ourselves or, when we are root, as the system user `postgres`, which is created if it
 * is missing. Where that user cannot enter the folders above `paths` (a checkout below /root), it gets
 * the one capability that lets it pass.
 *
 * @returns undefined where the user cannot reach `paths` either way
 * @throws EmbeddedPostgresError if there is no such user and it cannot be created
 */
export async function createPostgresRunner(
  paths: readonly string[],
): Promise<PostgresRunner | undefined> {
  if (process.getuid?.() !== 0) {
    return { run: (program, args) => execute(program, args), own: async () => {} };
  }
  const ids = await postgresUser();
  const own = (path: string) => chown(path, ids.uid, ids.gid);
  const canEnter = ['-e', CAN_ENTER, ...paths];
  if (
    await succeeds('/bin/sh', ['-c', 'for p; do test -x "$p" || exit 1; done', 'sh', ...paths], ids)
  ) {
    return { run: (program, args) => execute(program, args, ids), own };
  }
  const passing = passingEverywhere(ids);
  if (await succeeds('setpriv', [...passing, process.execPath, ...canEnter])) {
    return { run: (program, args) => execute('setpriv', [...passing, program, ...args]), own };
  }
  return undefined;
}

/** Uses access(2) as initdb does; `test -x` also considers capabilities, which access(2) ignores. */
const CAN_ENTER = `for (const path of process.argv.slice(1)) require('node:fs').accessSync(path, 1)`;

interface Ids {
  uid: number;
  gid: number;
}

function passingEverywhere({ uid, gid }: Ids): string[] {
  const capability = '+dac_override';
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    // Without it access(2) drops the capabilities of any user but root, and initdb finds no programs.
    '--securebits=+no_setuid_fixup',
    '--',
  ];
}

async function postgresUser(): Promise<Ids> {
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  const ids = async () => ({ uid: await id('-u'), gid: await id('-g') });
  try {
    return await ids();
  } catch {
    return run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
      .then(ids)
      .catch((cause: unknown) => {
        throw new EmbeddedPostgresError(
          'PostgreSQL refuses to run as root, and the user "postgres" cannot be created. Create it, start Mantis Sync as another user than root, or set DATABASE_URL.',
          { cause },
        );
      });
  }
}

function succeeds(program: string, args: readonly string[], ids?: Ids): Promise<boolean> {
  return run(program, args, { ...ids, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function execute(program: string, args: readonly string[], ids?: Ids): Promise<void> {
  try {
    await run(program, args, { ...ids, cwd: '/', env: postgresEnvironment() });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(oneLine(output || String(error)), { cause: error });
  }
}

/** Without the PG… variables of the shell we were started from, and with messages in English. */
function postgresEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(entries), LC_ALL: 'C' };
}
