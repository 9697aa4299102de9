import { COMMON_FLAGS, type Command, type Flag } from './command.ts';
import { COMMANDS } from './commands.ts';
import { table } from './render-run.ts';

const EXIT_CODES = `Exit codes: 0 done, 1 the command failed, 2 wrong usage, 3 the run ended partial or failed,
4 a person has to act, 5 no answer, one that broke off, or no access, 130 interrupted.`;

const NAMES = `A store is given by its name or id; a run by its id, or by the name of the store whose newest it is:
  mantis-sync start "My shop" --watch
  mantis-sync status "My shop"`;

const VERSION_FLAG: Flag = { type: 'boolean', about: 'the version of this command' };

/** Of one command, or of all. */
export function helpText(command: Command | undefined): string {
  if (command) {
    return `mantis-sync ${command.name} ${command.operands.join(' ')} [flags]\n\n${command.about}.\n\n${flagTable({ ...command.flags, ...COMMON_FLAGS })}\n\n${EXIT_CODES}`;
  }
  const rows = COMMANDS.map(({ name, operands, about }) => [
    `  ${[name, ...operands].join(' ')}`,
    about,
  ]);
  const flags = flagTable({ ...COMMON_FLAGS, version: VERSION_FLAG });
  return `mantis-sync <command> [flags]\n\n${table(rows)}\n\n${flags}\n\n${NAMES}\n\n${EXIT_CODES}`;
}

function flagTable(flags: Readonly<Record<string, Flag>>): string {
  return table(
    Object.entries(flags).map(([name, { short, value, about }]) => [
      `  ${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`,
      about,
    ]),
  );
}
