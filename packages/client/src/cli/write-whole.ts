import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './usage-error.ts';

/**
 * Writes a temporary file beside the target and renames it once it is complete. If anything fails, the
 * target is unchanged and the temporary file is removed. Checks that it can write before it opens the source.
 *
 * @returns the number of bytes
 * @throws UsageError if the file cannot be written, and whatever the source throws
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
