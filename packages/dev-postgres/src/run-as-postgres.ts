import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs PostgreSQL's programs as a user that they accept: they refuse root. */
export interface PostgresRunner {
  run(program: string, args: readonly string[]): Promise<void>;
  /** Gives a file or folder to that user. */
  own(path: string): Promise<void>;
}

/**
 * Ourselves, unless we are root: then the system's user `postgres`, which is made where it is missing.
 * `reachable` are paths that user must get at; where it cannot (a checkout below /root), it runs with
 * the one capability that lets it pass.
 */
export async function createPostgresRunner(reachable: readonly string[]): Promise<PostgresRunner> {
  if (process.getuid?.() !== 0) {
    return { run: (program, args) => execute(program, args), own: async () => {} };
  }
  const ids = await postgresUser();
  const canReach = await run(
    '/bin/sh',
    ['-c', 'for p; do test -x "$p" || exit 1; done', 'sh', ...reachable],
    {
      ...ids,
      cwd: '/',
    },
  ).then(
    () => true,
    () => false,
  );
  return {
    run: (program, args) =>
      canReach
        ? execute(program, args, ids)
        : execute('setpriv', [...passingEverywhere(ids), program, ...args]),
    own: (path) => chown(path, ids.uid, ids.gid),
  };
}

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
    '--',
  ];
}

async function postgresUser(): Promise<Ids> {
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

async function execute(program: string, args: readonly string[], ids?: Ids): Promise<void> {
  try {
    await run(program, args, { ...ids, cwd: '/', env: postgresEnvironment() });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`${program} failed: ${output.trim() || String(error)}`, { cause: error });
  }
}

/** Without the PG… variables of the shell we were started from, and with messages in English. */
function postgresEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(entries), LC_ALL: 'C' };
}
