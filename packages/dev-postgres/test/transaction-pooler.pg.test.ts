import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../test/support/free-port.ts';
import { createTestDatabase } from '../src/testing.ts';
import { expect, onTestFinished, test } from 'vitest';
import { refuseTransactionPooler, TransactionPoolerError } from '@mantis-sync/db';

test.each(['transaction', 'session'] as const)('PgBouncer in %s mode', async (mode) => {
  const db = await createTestDatabase();
  onTestFinished(() => db.drop());
  const pooled = await startPgBouncer(db.url, mode);
  const checked = refuseTransactionPooler(pooled);
  if (mode === 'session') await expect(checked).resolves.toBeUndefined();
  else await expect(checked).rejects.toThrow(TransactionPoolerError);
});

test('PostgreSQL itself is accepted', async () => {
  const db = await createTestDatabase();
  onTestFinished(() => db.drop());
  await expect(refuseTransactionPooler(db.url)).resolves.toBeUndefined();
});

/** PgBouncer in front of a database. @returns the address that leads through it */
async function startPgBouncer(url: string, mode: string): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const directory = await mkdtemp(join(tmpdir(), 'mantis-pooler-'));
  const listenPort = await freePort();
  const config = join(directory, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${port} user=${username} password='${decodeURIComponent(password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
`,
  );
  // It does not run as root, and then must be able to read its settings.
  await chmod(directory, 0o755);
  const asRoot = process.getuid?.() === 0;
  const child = spawn('pgbouncer', [...(asRoot ? ['-u', 'nobody'] : []), config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });
  const pooled = new URL(`postgres://${username}@127.0.0.1:${listenPort}${pathname}`);
  await untilLogged(child.stderr, 'process up');
  return pooled.href;
}

/** Keeps reading the output; a program whose output is not read may exit. */
function untilLogged(stream: Readable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => chunk.toString().includes(text) && resolve());
  });
}
