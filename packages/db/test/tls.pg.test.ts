import { execFile } from 'node:child_process';
import { chown, copyFile, chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../dev-postgres/src/testing.ts';
import { createDatabase } from '../src/create-database.ts';
import { migrate } from '../src/migrate.ts';

let server: TestServer;
let folder: string;
/** The server's certificate for `localhost`, which is also its authority. */
let ca: string;

beforeAll(async () => {
  server = await startTestServer();
  await migrate({ url: server.url });
  folder = await mkdtemp(join(tmpdir(), 'mantis-tls-'));
  ca = await serveCertificateFor('localhost');
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('sslmode in DATABASE_URL', () => {
  it.each([
    ['', false],
    ['sslmode=disable', false],
    ['sslmode=no-verify', true],
    // pg takes each of these for verify-full.
    ['sslmode=prefer&sslrootcert=CA', true],
    ['sslmode=require&sslrootcert=CA', true],
    ['sslmode=verify-ca&sslrootcert=CA', true],
    ['sslmode=verify-full&sslrootcert=CA', true],
  ])('%j connects, with TLS: %s', async (query, isEncrypted) => {
    const database = createDatabase({ url: urlWith(query) });
    try {
      const ssl = await database.withSystem(async (sql) => {
        const { rows } = await sql.query('select pg_backend_pid() as pid');
        return asAdmin('select ssl from pg_stat_ssl where pid = $1', [rows[0]?.['pid']]);
      });
      expect(ssl).toEqual([{ ssl: isEncrypted }]);
    } finally {
      await database.close();
    }
  });

  it.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
    '%s refuses an authority that is not known, and says how to name it',
    async (mode) => {
      const expected = {
        name: 'DatabaseUnavailableError',
        message: expect.stringMatching(
          /certificate is not trusted\. Name its certificate authority in DATABASE_URL: sslmode=verify-full&sslrootcert=/,
        ),
      };
      await expect(migrate({ url: urlWith(`sslmode=${mode}`) })).rejects.toMatchObject(expected);
      const database = createDatabase({ url: urlWith(`sslmode=${mode}`) });
      await expect(database.ping()).rejects.toMatchObject(expected);
      await database.close();
    },
  );

  it('names the file of an authority that cannot be read', async () => {
    const url = urlWith('sslmode=verify-full&sslrootcert=/nowhere/ca.pem');
    const message =
      'The database is not available: /nowhere/ca.pem, named in DATABASE_URL, cannot be read (ENOENT)';
    await expect(migrate({ url })).rejects.toThrow(message);
    const database = createDatabase({ url });
    await expect(database.ping()).rejects.toThrow(message);
    await database.close();
  });

  it('verify-full refuses a certificate for another host', async () => {
    const other = await serveCertificateFor('other.test');
    const url = urlWith(`sslmode=verify-full&sslrootcert=${other}`);
    await expect(migrate({ url })).rejects.toThrow(/certificate is for another host/);
  });

  it('says that a server offers no TLS', async () => {
    await setTls('off');
    const url = urlWith('sslmode=verify-full');
    await expect(migrate({ url })).rejects.toThrow(/it offers no TLS, which sslmode/);
  });
});

function urlWith(query: string): string {
  const url = new URL(server.url);
  url.hostname = 'localhost';
  return `${url.href}?${query.replace('CA', ca)}`;
}

/** Makes a certificate for this name and has the server use it. */
async function serveCertificateFor(name: string): Promise<string> {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const format = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    ...format,
    '-out',
    certificate,
    ...subject,
  ]);
  const cluster = join(server.dataDir, 'cluster');
  const { uid, gid } = await stat(cluster);
  for (const [from, to] of [
    [certificate, 'server.crt'],
    [key, 'server.key'],
  ] as const) {
    await copyFile(from, join(cluster, to));
    await chown(join(cluster, to), uid, gid);
    await chmod(join(cluster, to), 0o600);
  }
  await setTls('on');
  return certificate;
}

async function setTls(state: 'on' | 'off'): Promise<void> {
  await asAdmin(`alter system set ssl = ${state}`);
  await server.restart('fast');
}

async function asAdmin(statement: string, values: unknown[] = []): Promise<object[]> {
  const admin = new Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    return (await admin.query(statement, values)).rows;
  } finally {
    await admin.end();
  }
}
