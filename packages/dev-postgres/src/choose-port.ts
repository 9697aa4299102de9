import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedPostgresError } from './errors.ts';
import { readOrUndefined } from './postgres-cluster.ts';

/** The remembered port if it is free, otherwise a new one, which is remembered. */
export async function choosePort(portFile: string): Promise<number> {
  const remembered = Number(await readOrUndefined(portFile));
  if (remembered && (await listenOn(remembered))) return remembered;
  const free = await listenOn(0);
  if (!free) throw new EmbeddedPostgresError('No port is free on 127.0.0.1.');
  await writeFile(portFile, String(free), { mode: 0o600 });
  return free;
}

/** Listens for a moment: the port, or undefined when it is taken. */
function listenOn(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
