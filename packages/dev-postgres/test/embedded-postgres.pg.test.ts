import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, migrate } from '@mantis-sync/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createEventLog } from '../src/event-log.ts';
import {
  DataDirectoryInUseError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../src/embedded-postgres.ts';
import { removeAfterUs, startTestServer } from '../src/test-server.ts';

const { binDirectory } = inject('testPostgres');
let template: string;
let dataDir: string;
let cleanUp: () => void;
const started: EmbeddedPostgres[] = [];
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'mantis-embedded-template-'));
  const server = await startEmbeddedPostgres(optionsFor({ dataDir: template }));
  await server.stop();
});
afterAll(() => rm(template, { recursive: true, force: true }));
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mantis-embedded-'));
  cleanUp = removeAfterUs(dataDir);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('immediate')));
  await rm(dataDir, { recursive: true, force: true });
  cleanUp();
});

const optionsFor = (changes: Partial<EmbeddedPostgresOptions> = {}): EmbeddedPostgresOptions => ({
  dataDir,
  ...(binDirectory ? { binDirectory } : {}),
  settings: { fsync: 'off' },
  ...changes,
});

/** A data directory that was used before, which is quicker than a new one. */
const useTemplate = () => promisify(execFile)('cp', ['-a', `${template}/.`, dataDir]);

async function start(changes?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(optionsFor(changes));
  started.push(server);
  return server;
}

/** Another process that starts PostgreSQL and is then killed with kill -9, its server left running. */
async function startAndKillOwner(): Promise<void> {
  const module = join(import.meta.dirname, '../src/embedded-postgres.ts');
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    await startEmbeddedPostgres(${JSON.stringify(optionsFor())});
    console.log('started');
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

const serverPid = async () =>
  Number((await readFile(join(dataDir, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0]);

async function settingsOf(server: EmbeddedPostgres) {
  const database = createDatabase({ url: server.url });
  try {
    await migrate({ url: server.url });
    const { rows } = await database.withSystem((sql) =>
      sql.query(
        `select current_setting('listen_addresses') as addresses,
                current_setting('server_encoding') as encoding,
                current_database()::text as database, session_user::text as login,
                (select rolsuper from pg_roles where rolname = session_user) as superuser,
                upper('é') as upper`,
      ),
    );
    return rows[0];
  } finally {
    await database.close();
  }
}

describe('startEmbeddedPostgres on a new data directory', () => {
  it('serves 127.0.0.1 alone, in UTF-8, to an owner who is no superuser', async () => {
    const server = await start();
    expect(await settingsOf(server)).toEqual({
      addresses: '127.0.0.1',
      encoding: 'UTF8',
      database: 'mantis',
      login: 'mantis_sync',
      superuser: false,
      upper: 'É',
    });
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    const refused = migrate({ url: wrong.href });
    await expect(refused).rejects.toMatchObject({ code: '28P01' });
  });

  it('starts again after a first start that was killed halfway', async () => {
    const unfinished = join(dataDir, 'cluster.0badcafe.new');
    await mkdir(unfinished);
    await writeFile(join(unfinished, 'PG_VERSION'), '12\n');
    const server = await start();
    await migrate({ url: server.url });
    await expect(stat(unfinished)).rejects.toThrow('ENOENT');
  });
});

describe('startEmbeddedPostgres on one that was used before', () => {
  beforeEach(useTemplate);

  it('keeps data, port and password over restarts, and leaves no process when stopped', async () => {
    const first = await start();
    const { applied } = await migrate({ url: first.url });
    expect(applied.length).toBeGreaterThan(0);
    const pid = await serverPid();
    await first.stop();
    await first.stop();
    await expect(stat(join(dataDir, 'cluster/postmaster.pid'))).rejects.toThrow('ENOENT');
    expect(await isRunning(pid)).toBe(false);

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await migrate({ url: second.url })).toEqual({ applied: [] });
  });

  it('chooses another port when the remembered one is taken', async () => {
    const first = await start();
    await first.stop();
    const other = await listenOn(first.port);
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await migrate({ url: second.url })).toEqual({ applied: expect.any(Array) });
    other.close();
  });

  it('takes over the server of an owner that was killed', async () => {
    await startAndKillOwner();
    const orphan = await serverPid();
    const server = await start();
    expect(await serverPid()).toBe(orphan);
    await migrate({ url: server.url });
    await server.stop();
    expect(await isRunning(orphan)).toBe(false);
  });

  it('starts after kill -9 of the server itself', async () => {
    await startAndKillOwner();
    const killed = await serverPid();
    process.kill(killed, 'SIGKILL');
    const server = await start();
    expect(await serverPid()).not.toBe(killed);
    await migrate({ url: server.url });
  });

  it('stops and restarts after its server was killed', async () => {
    const server = await start();
    process.kill(await serverPid(), 'SIGKILL');
    await server.restart('fast');
    await migrate({ url: server.url });
    process.kill(await serverPid(), 'SIGKILL');
    await server.stop();
    await expect(stat(join(dataDir, 'cluster/postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  it('says why it cannot start, and what is missing', async () => {
    const server = await start();
    await server.stop();
    const broken = startEmbeddedPostgres(optionsFor({ settings: { max_connections: 'many' } }));
    await expect(broken).rejects.toThrow(/invalid value for parameter "max_connections"/);
    await rm(join(dataDir, 'password'));
    await expect(startEmbeddedPostgres(optionsFor())).rejects.toThrow(/password is missing/);
  });

  it('is not misled by a stale process id that now belongs to somebody else (1.1)', async () => {
    const first = await start();
    const pidFile = await readFile(join(dataDir, 'cluster/postmaster.pid'), 'utf8');
    await first.stop();
    await writeFile(
      join(dataDir, 'cluster/postmaster.pid'),
      pidFile.replace(/^\d+/, String(process.pid)),
    );
    const second = await start();
    await migrate({ url: second.url });
    expect(await serverPid()).not.toBe(process.pid);
  });

  it('leaves the server of another data directory alone whose process id is in a stale file (1.1)', async () => {
    const other = await startTestServer({ binDirectory });
    try {
      const pidFile = await readFile(join(other.dataDir, 'cluster/postmaster.pid'), 'utf8');
      await writeFile(join(dataDir, 'cluster/postmaster.pid'), pidFile);
      const server = await start();
      await migrate({ url: server.url });
      await migrate({ url: other.url });
      expect(server.port).not.toBe(other.port);
    } finally {
      await other.stop();
    }
  });

  it('refuses a data directory that a running process uses, and does not touch that process', async () => {
    const owner = await start();
    await expect(startEmbeddedPostgres(optionsFor())).rejects.toThrow(DataDirectoryInUseError);
    await migrate({ url: owner.url });
  });

  it('refuses data of another version of PostgreSQL', async () => {
    const server = await start();
    await server.stop();
    await writeFile(join(dataDir, 'cluster/PG_VERSION'), '12\n');
    await expect(startEmbeddedPostgres(optionsFor())).rejects.toThrow(/data of PostgreSQL 12/);
  });

  it('restart("immediate") is a crash that committed work survives', async () => {
    const server = await start();
    await migrate({ url: server.url });
    const lost = createEventLog<object>();
    const database = createDatabase({
      url: server.url,
      log: { info: () => {}, error: () => {}, warn: (fields) => lost.add(fields) },
    });
    await database.ping();
    const before = await serverPid();
    await server.restart('immediate');
    await lost.until(() => true);
    expect(await serverPid()).not.toBe(before);
    await database.ping();
    expect(await migrate({ url: server.url })).toEqual({ applied: [] });
    await expect(startEmbeddedPostgres(optionsFor())).rejects.toThrow(DataDirectoryInUseError);
    await database.close();
  });
});

/** A zombie that its parent has not yet reaped runs no more. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX]/.test(status);
}

async function listenOn(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
