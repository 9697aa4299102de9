import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** A start that fails: the message is one clear line for the person who started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface StartOptions {
  /** Also start the simulated store, its organisation and a first sync. */
  demo: boolean;
  isProduction: boolean;
  /** Null to use the embedded server. */
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
}

const envSchema = z.object({
  NODE_ENV: z.string().optional(),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must look like postgresql://user:password@host:5432/database',
    })
    .optional(),
  MANTIS_DATA_DIR: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'must be a number' }).int().min(1).max(65_535).default(4400),
});

const root = resolve(import.meta.dirname, '../../..');

/** @throws StartError that names what is wrong */
export function readOptions(
  argv: readonly string[],
  variables: Record<string, string | undefined>,
): StartOptions {
  const flags = readFlags(argv);
  const given = Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== ''));
  const parsed = envSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartError(`${issue?.path.join('.')} ${issue?.message}.`);
  }
  const env = parsed.data;
  const isProduction = env.NODE_ENV === 'production';
  return {
    demo: !flags.noDemo && !isProduction,
    isProduction,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: resolve(env.MANTIS_DATA_DIR ?? join(root, '.data')),
    host: env.HOST,
    port: env.PORT,
  };
}

function readFlags(argv: readonly string[]): { noDemo: boolean } {
  try {
    const { values } = parseArgs({
      args: [...argv].filter((arg) => arg !== '--'),
      options: { 'no-demo': { type: 'boolean', default: false } },
    });
    return { noDemo: values['no-demo'] };
  } catch (error) {
    throw new StartError(`${(error as Error).message} Known: --no-demo`, { cause: error });
  }
}
