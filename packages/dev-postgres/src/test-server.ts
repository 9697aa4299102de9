import { spawn } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

export interface TestServer extends EmbeddedPostgres {
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** A PostgreSQL in a temporary folder; both are removed when this process ends, however it ends. */
export async function startTestServer(
  options: { binDirectory?: string | undefined; settings?: Record<string, string | number> } = {},
): Promise<TestServer> {
  const dataDir = await mkdtemp(join(await roomyFolder(), 'mantis-test-pg-'));
  const cleanUp = removeAfterUs(dataDir);
  try {
    const server = await startEmbeddedPostgres({
      dataDir,
      ...(options.binDirectory ? { binDirectory: options.binDirectory } : {}),
      // Nothing outlives the test run, so nothing has to reach the disk.
      settings: { fsync: 'off', full_page_writes: 'off', ...options.settings },
    });
    return {
      ...server,
      async stop() {
        await server.stop('immediate');
        await rm(dataDir, { recursive: true, force: true });
        cleanUp();
      },
    };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

const memory = '/dev/shm';
/** Several times what the databases of a test run occupy at once. */
const roomBytes = 2 * 1024 ** 3;

/**
 * In memory where there is room. On a disk, creating and dropping a database takes ten times as much CPU time:
 * ext4 searches long for inodes that were not deleted lately.
 */
async function roomyFolder(): Promise<string> {
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= roomBytes ? memory : tmpdir();
}

/** Once its input closes, stops the server of the folder and removes the folder. */
const cleanUpScript = `
  cat > /dev/null
  pid=$(head -n 1 "$1/cluster/postmaster.pid" 2> /dev/null)
  # Never another server that has this process id by now.
  [ "$(readlink "/proc/$pid/cwd" || echo "$1/cluster")" = "$1/cluster" ] && kill -QUIT "$pid"
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2> /dev/null || break; sleep 0.2; done
  # Another process may be removing the folder at the same time.
  for _ in 1 2 3 4 5; do rm -rf "$1" && break; sleep 0.2; done
`;

/**
 * Stops the server of this data directory and removes the folder once this process is gone, or once the
 * returned function is called: a shell waits on a pipe from us, which the system closes even after kill -9.
 */
export function removeAfterUs(dataDir: string): () => void {
  if (process.platform === 'win32') return () => {};
  const watcher = spawn('/bin/sh', ['-c', cleanUpScript, 'sh', dataDir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return () => watcher.stdin.end();
}
