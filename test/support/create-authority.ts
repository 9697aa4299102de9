import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** Certificates are created on demand: no key is in the repository, and none expires. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  ca: string;
  /** @param days until it expires; -1 is yesterday */
  issue(subjectAltName: string, days?: number): Promise<Certificate>;
}

/** An authority that is untrusted by default. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'mantis-authority-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const openssl = (command: string) => run('openssl', command.split(' '), { cwd: folder });
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  await openssl(`req -x509 ${newKey} -keyout ca.key -out ca.pem -subj /CN=Authority -days 2`);
  return {
    ca: await read('ca.pem'),
    async issue(subjectAltName, days = 2) {
      await writeFile(join(folder, 'extensions'), `subjectAltName=${subjectAltName}\n`);
      await openssl(`req ${newKey} -keyout key.pem -out request.pem -subj /CN=Shop`);
      await openssl(
        `x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days ${days} -extfile extensions -out cert.pem`,
      );
      return { key: await read('key.pem'), cert: await read('cert.pem') };
    },
  };
}
