import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError, type StartOptions } from './options.ts';

export interface Secrets {
  AUTH_SECRET: string;
  MANTIS_SECRET_KEYS: string;
}

const NAMES = ['AUTH_SECRET', 'MANTIS_SECRET_KEYS'] as const;

/**
 * The secrets of this installation, from the environment. Outside production, missing ones are generated on
 * the first start and kept beside the data.
 *
 * @throws StartError in production if one is missing, or if the data folder is not writable
 */
export async function readSecrets(
  { isProduction, dataDir }: StartOptions,
  variables: Record<string, string | undefined>,
): Promise<Secrets> {
  const missing = NAMES.filter((name) => !variables[name]);
  if (isProduction && missing.length > 0) {
    throw new StartError(
      `${missing.join(' and ')} must be set in production; see docs/configuration.md for how to create them.`,
    );
  }
  const kept = missing.length > 0 ? await keptSecrets(dataDir) : {};
  return { ...kept, ...given(variables) } as Secrets;
}

function given(variables: Record<string, string | undefined>): Partial<Secrets> {
  return Object.fromEntries(
    NAMES.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])),
  );
}

async function keptSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    MANTIS_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  };
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(path, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new StartError(
      `The data folder ${dataDir} is not writable (${(cause as NodeJS.ErrnoException).code}). Set MANTIS_DATA_DIR to a folder that is.`,
      { cause },
    );
  }
  return secrets;
}
