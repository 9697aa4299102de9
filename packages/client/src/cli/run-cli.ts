import { type Command, CommanderError } from 'commander';
import { createMantisSync, type MantisSync } from '../create-mantis-sync.ts';
import { MantisSyncError, UnauthorizedError } from '../mantis-sync-error.ts';
import { createConsole, type Streams } from './console.ts';
import type { Act, CommandContext } from './context.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { type CommonFlags, createProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

export interface CliDeps extends Streams {
  args: readonly string[];
  env: Record<string, string | undefined>;
  version: string;
  signal: AbortSignal;
}

/** Runs one command. Returns the exit code; never throws. */
export async function runCli(deps: CliDeps): Promise<number> {
  const { args, stderr, signal } = deps;
  let code: number = EXIT.ok;
  const act: Act =
    (work) =>
    async (...given) => {
      code = await work(createContext(deps, program.opts()), ...given);
    };
  const program = createProgram(act, deps);
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (signal.aborted) return EXIT.interrupted;
    const failure = explain(error);
    const text = args.includes('--json')
      ? JSON.stringify({ error: toJson(failure) })
      : toText(failure, helpCommand(program, args));
    stderr.write(`${text}\n`);
    return exitCodeOfError(failure);
  }
}

function createContext(
  { env, stdout, stderr, signal }: CliDeps,
  flags: CommonFlags,
): CommandContext {
  const color = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const url = () => addressOf(flags, env);
  let connected: MantisSync | undefined;
  return {
    get sync() {
      return (connected ??= connect(url(), flags.apiKey ?? env['MANTIS_API_KEY']));
    },
    console: createConsole({ stdout, stderr, json: flags.json ?? false, color }),
    stdout,
    signal,
    linkTo: (path) => `${url().replace(/\/+$/, '')}${path}`,
  };
}

function addressOf(flags: CommonFlags, env: CliDeps['env']): string {
  const url = flags.url ?? env['MANTIS_URL'];
  if (!url) throw new UsageError('The address of Mantis Sync is missing: set MANTIS_URL or --url.');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new UsageError(
      'The address of Mantis Sync must begin with https:// or http://: check MANTIS_URL or --url.',
    );
  return url;
}

function connect(url: string, apiKey: string | undefined): MantisSync {
  if (!apiKey) throw new UsageError('An API key is missing: set MANTIS_API_KEY or --api-key.');
  return createMantisSync({ url, apiKey });
}

/** Rewords errors of the argument parser, and a rejected key. */
function explain(error: unknown): unknown {
  if (error instanceof CommanderError)
    return new UsageError(sentence(error.message.replace(/^error: /, '')), { cause: error });
  if (error instanceof MantisSyncError && error.status === 401) {
    return new UnauthorizedError({
      code: error.code,
      message: 'The API key was rejected.',
      advice: 'Check MANTIS_API_KEY, or create a key in the dashboard under Settings.',
      status: error.status,
      requestId: error.requestId,
    });
  }
  return error;
}

function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.)]$/.test(text) ? '' : '.'}`;
}

function helpCommand(program: Command, args: readonly string[]): string {
  const command = program.commands.find((one) => one.name() === args[0]);
  return ['mantis-sync', command?.name(), '--help'].filter(Boolean).join(' ');
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
    sentence(message),
    ...issues.map((issue) => `  ${issue.path}: ${issue.message}`),
    advice,
    requestId ? `(request ${requestId})` : '',
  ]
    .filter(Boolean)
    .join('\n');
}
