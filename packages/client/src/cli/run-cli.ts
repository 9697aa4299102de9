import { parseArgs } from 'node:util';
import { createMantisSync, type MantisSync } from '../create-mantis-sync.ts';
import { MantisSyncError } from '../mantis-sync-error.ts';
import { COMMON_FLAGS, type Command, type Given, toParseOptions } from './command.ts';
import { COMMANDS } from './commands.ts';
import { createConsole, type Streams } from './console.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { textOf } from './given.ts';
import { helpText } from './help.ts';
import { UsageError } from './usage-error.ts';

export interface CliDeps extends Streams {
  args: readonly string[];
  env: Record<string, string | undefined>;
  version: string;
  signal: AbortSignal;
}

/** Runs one command. Gives the exit code; never throws. */
export async function runCli(deps: CliDeps): Promise<number> {
  const { args, stdout, stderr, signal, env } = deps;
  const json = args.includes('--json');
  try {
    const [name = '--help', ...rest] = args;
    if (name === '--version') return write(stdout, deps.version);
    if (['help', '--help', '-h'].includes(name)) return write(stdout, helpText(undefined));
    const command = commandNamed(name);
    if (!command) throw new UsageError(`There is no command “${name}”.${suggestionFor(name)}`);
    const given = parse(command, rest);
    if (given.values['help']) return write(stdout, helpText(command));
    const color = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
    const console = createConsole({ stdout, stderr, json, color });
    let connected: MantisSync | undefined;
    return await command.run(
      {
        get sync() {
          return (connected ??= connect(given, env));
        },
        console,
        stdout,
        signal,
      },
      given,
    );
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    const help = ['mantis-sync', commandNamed(args[0])?.name, '--help'].filter(Boolean).join(' ');
    stderr.write(`${json ? JSON.stringify({ error: toJson(error) }) : toText(error, help)}\n`);
    return exitCodeOfError(error);
  }
}

function commandNamed(name: string | undefined): Command | undefined {
  return COMMANDS.find((one) => one.name === name);
}

/** For who typed the beginning of a command, or all of one and more. */
function suggestionFor(name: string): string {
  const near = COMMANDS.filter((one) => one.name.startsWith(name) || name.startsWith(one.name));
  return near.length === 0 ? '' : ` Is it ${near.map((one) => one.name).join(' or ')}?`;
}

function write(stdout: NodeJS.WriteStream, text: string): number {
  stdout.write(`${text}\n`);
  return EXIT.ok;
}

function parse(command: Command, args: string[]): Given {
  const { operands } = command;
  const options = toParseOptions({ ...command.flags, ...COMMON_FLAGS });
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    if (!values['help'] && positionals.length !== operands.length)
      throw new UsageError(`Usage: mantis-sync ${[command.name, ...operands].join(' ')} [flags]`);
    return { operands: positionals, values: values as Given['values'] };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    // What parseArgs says is meant for whoever typed it.
    throw new UsageError(error.message, { cause: error });
  }
}

function connect(given: Given, env: CliDeps['env']): MantisSync {
  const url = textOf(given, 'url') ?? env['MANTIS_URL'];
  const apiKey = textOf(given, 'api-key') ?? env['MANTIS_API_KEY'];
  if (!url) throw new UsageError('Say where Mantis Sync is: MANTIS_URL or --url.');
  if (!apiKey) throw new UsageError('Give an API key: MANTIS_API_KEY or --api-key.');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new UsageError('The URL cannot be read; it begins with https://.');
  return createMantisSync({ url, apiKey });
}

function toJson(error: unknown): object {
  if (error instanceof MantisSyncError) {
    const { code, message, advice, status, requestId, issues } = error;
    return { code, message, advice, status, requestId, issues };
  }
  const code = error instanceof UsageError ? 'usage' : 'unknown';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

function toText(error: unknown, help: string): string {
  if (error instanceof UsageError) return `${error.message}\nMore: ${help}`;
  if (!(error instanceof MantisSyncError))
    return error instanceof Error ? error.message : String(error);
  const { message, advice, requestId, issues } = error;
  return [
    message,
    ...issues.map((issue) => `  ${issue.path}: ${issue.message}`),
    advice,
    requestId ? `(request ${requestId})` : '',
  ]
    .filter(Boolean)
    .join('\n');
}
