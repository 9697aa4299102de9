import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { migrate } from '@mantis-sync/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { embeddedBinaries } from '../src/postgres-binaries.ts';
import { removeAfterUs } from '../src/test-server.ts';

const isRoot = process.getuid?.() === 0;
/** As /root: only root may enter, and the programs and the data are both below it. */
let folder: string;
let fallbackDir: string;
let binDirectory: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantis-private-'));
  await chmod(folder, 0o755);
  fallbackDir = join(folder, 'fallback');
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const { postgres } = await embeddedBinaries();
  await cp(dirname(dirname(postgres)), join(home, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  binDirectory = join(home, 'native/bin');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.runIf(isRoot)('startEmbeddedPostgres as root below a folder of mode 0700', () => {
  it('runs PostgreSQL as a user who cannot enter that folder', async () => {
    const dataDir = join(folder, 'home/data');
    const cleanUp = removeAfterUs(dataDir);
    const server = await startEmbeddedPostgres({
      dataDir,
      binDirectory,
      fallbackDir,
      settings: { fsync: 'off' },
    });
    await migrate({ url: server.url });
    expect(server.dataDir).toBe(dataDir);
    await server.stop();
    cleanUp();
  });

  it('uses a folder that everybody can enter if it lacks the capability', async () => {
    const answer = await startWithout('setpcap');
    expect(answer.dataDir.startsWith(`${fallbackDir}/`)).toBe(true);
    expect(await startWithout('setpcap')).toEqual(answer);
  });

  it('says what to do without such a folder', async () => {
    fallbackDir = join(folder, 'home/fallback');
    const { error } = await startWithout('setpcap');
    expect(error).toMatch(/^PostgreSQL refuses to run as root, and .*Start Mantis Sync as another/);
    expect(error).not.toContain('\n');
  });
});

/** Starts and stops the server in a process whose root lacks a capability, as in a restricted container. */
async function startWithout(capability: string) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(import.meta.dirname, '../src/embedded-postgres.ts'))});
    try {
      const options = ${JSON.stringify({ dataDir: join(folder, 'home/data'), binDirectory, fallbackDir, settings: { fsync: 'off' } })};
      const server = await startEmbeddedPostgres(options);
      await server.stop();
      console.log(JSON.stringify({ dataDir: server.dataDir }));
    } catch (error) {
      console.log(JSON.stringify({ error: error.message }));
    }`;
  const { stdout } = await promisify(execFile)('setpriv', [
    `--bounding-set=-${capability}`,
    '--',
    process.execPath,
    '--input-type=module',
    '--eval',
    script,
  ]);
  return JSON.parse(stdout);
}
