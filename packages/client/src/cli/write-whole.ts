import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './usage-error.ts';

/**
 * Writes a file that appears once it is whole, in the place of one of its name: until then it has another
 * name beside it, of which nothing is left if anything fails. Whether it can be written is known before
 * the source is opened. Gives its bytes.
 *
 * @throws UsageError where it cannot be written, and what the source throws
 */
export async function writeWhole(
  file: string,
  openSource: () => Promise<Readable>,
  signal: AbortSignal,
): Promise<number> {
  const part = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(part, 'wx').catch(refuse(file));
  const target = handle.createWriteStream({ flush: true });
  try {
    await pipeline(await openSource(), target, { signal });
    await rename(part, file).catch(refuse(file));
    return target.bytesWritten;
  } finally {
    target.destroy();
    await rm(part, { force: true });
  }
}

function refuse(file: string) {
  return (error: NodeJS.ErrnoException): never => {
    throw new UsageError(`${file} cannot be written (${error.code}).`, { cause: error });
  };
}
