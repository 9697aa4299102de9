import { Command } from 'commander';
import { addActivity } from './commands/activity.ts';
import { addDiagnose } from './commands/diagnose.ts';
import { addExport } from './commands/export-customers.ts';
import { addForceDone } from './commands/force-done.ts';
import { addOpen } from './commands/open.ts';
import { addPause, addResume } from './commands/pause.ts';
import { addRetry } from './commands/retry.ts';
import { addRotateKeys } from './commands/rotate-keys.ts';
import { addRuns } from './commands/runs.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addStores } from './commands/stores.ts';
import { addWhoAmI } from './commands/who-am-i.ts';
import type { Act, AddCommand } from './context.ts';

/** In the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addStores,
  addRuns,
  addStart,
  addStatus,
  addRetry,
  addForceDone,
  addActivity,
  addPause,
  addResume,
  addOpen,
  addDiagnose,
  addExport,
  addRotateKeys,
  addWhoAmI,
];

const FOOTER = `
A store is given by its name or id; a run by its id, or by the name of the store whose newest run it is:
  mantis-sync start "My shop" --watch
  mantis-sync status "My shop"

Exit codes: 0 done, 1 the command failed, 2 wrong usage, 3 the run ended partial or failed, 4 a decision is needed,
5 no answer or no access, 130 interrupted.`;

/** Flags of every command. */
export interface CommonFlags {
  url?: string;
  apiKey?: string;
  json?: boolean;
}

/** The command line: its commands, flags and help. Usage errors are thrown as `CommanderError`, not printed. */
export function createProgram(
  act: Act,
  { version, stdout }: { version: string; stdout: NodeJS.WriteStream },
): Command {
  const program = new Command('mantis-sync')
    .description('Start, watch, retry and end syncs of WooCommerce customers.')
    .option('--url <address>', 'where Mantis Sync is; or MANTIS_URL')
    .option('--api-key <key>', 'or MANTIS_API_KEY, which other users of this machine cannot see')
    .option('--json', 'print JSON, one value per line')
    .version(version, '--version')
    .addHelpText('after', FOOTER)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void stdout.write(text), outputError: () => undefined })
    .exitOverride();
  for (const add of COMMANDS) add(program, act);
  return program;
}
