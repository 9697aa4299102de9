import type { ParseArgsConfig } from 'node:util';
import type { MantisSync } from '../create-mantis-sync.ts';
import type { Console } from './console.ts';

/** What was given to a command. */
export interface Given {
  /** In the order of `Command.operands`. */
  operands: string[];
  values: Record<string, string | boolean | undefined>;
}

export interface CommandContext {
  /** Connects when it is first asked for, so that help needs no key. */
  sync: MantisSync;
  console: Console;
  stdout: NodeJS.WriteStream;
  /** Ctrl-C. */
  signal: AbortSignal;
}

export interface Flag {
  type: 'string' | 'boolean';
  short?: string;
  /** How its value is called in the help. */
  value?: string;
  about: string;
  /** Values that it may have. */
  choices?: readonly string[];
  /** Whether its value is the name of a file. */
  isFile?: boolean;
}

export interface Command {
  name: string;
  /** Such as `<store>`. */
  operands: readonly string[];
  about: string;
  flags: Readonly<Record<string, Flag>>;
  /** Gives the exit code. */
  run(context: CommandContext, given: Given): Promise<number>;
}

/** Flags that every command takes. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  url: { type: 'string', value: 'address', about: 'where Mantis Sync is; or MANTIS_URL' },
  'api-key': { type: 'string', value: 'key', about: 'or MANTIS_API_KEY, which others cannot see' },
  json: { type: 'boolean', about: 'JSON, one value a line' },
  help: { type: 'boolean', short: 'h', about: 'this text' },
};

export function toParseOptions(
  flags: Readonly<Record<string, Flag>>,
): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
}
