import { COMMON_FLAGS, type Command, type Flag } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { operandOf } from '../given.ts';
import { UsageError } from '../usage-error.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const SHELL_OPERAND = `<${SHELLS.join('|')}>`;

/** Prints what a shell needs to complete these commands. */
export function createCompletion(commands: readonly Command[]): Command {
  const completion: Command = {
    name: 'completion',
    operands: [SHELL_OPERAND],
    about: 'Print the completion of a shell; add it to its start-up file',
    flags: {},
    async run({ console }, given) {
      const shell = operandOf(given);
      const scripts: Record<string, () => string> = {
        bash: () => bash(all),
        zsh: () => `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`,
        fish: () => fish(all),
      };
      const script = scripts[shell]?.();
      if (script === undefined) throw new UsageError(`Give one of: ${SHELLS.join(', ')}.`);
      console.print({ shell, script }, script);
      return EXIT.ok;
    },
  };
  const all = [...commands, completion];
  return completion;
}

/** What follows a flag comes before what a command takes; for zsh too, which reads the same by bashcompinit. */
function bash(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const values = commands.flatMap(({ name, flags }) =>
    Object.entries({ ...flags, ...COMMON_FLAGS })
      .filter(([, { type }]) => type === 'string')
      .map(([flag, about]) => `    ${patternOf(name, flag, about)}) ${bashValues(about)} ;;`),
  );
  const words = commands.map(
    ({ name, operands, flags }) =>
      `    ${name}) words="${[...operands.flatMap(choicesOf), ...longNames(flags)].join(' ')}" ;;`,
  );
  return `_mantis_sync() {
  local words current="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  case "$command \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
    *) words="${names} --help --version" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${names} --help --version"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _mantis_sync mantis-sync`;
}

function patternOf(command: string, flag: string, { short }: Flag): string {
  const written = short === undefined ? [`--${flag}`] : [`--${flag}`, `-${short}`];
  return written.map((one) => `"${command} ${one}"`).join('|');
}

/** What bash offers for the value of a flag: its choices, files, or nothing. */
function bashValues({ choices, isFile }: Flag): string {
  if (choices) return `COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return`;
  if (!isFile) return 'return';
  return `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); return`;
}

function fish(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, about, operands, flags }) => {
    const condition = `-n "__fish_seen_subcommand_from ${name}"`;
    const words = operands.flatMap(choicesOf).join(' ');
    return [
      `complete -c mantis-sync -n "not __fish_seen_subcommand_from ${names}" -a ${name} -d ${quote(about)}`,
      ...(words ? [`complete -c mantis-sync ${condition} -a ${quote(words)}`] : []),
      ...Object.entries({ ...flags, ...COMMON_FLAGS }).map(
        ([flag, known]) => `complete -c mantis-sync ${condition} -l ${flag}${fishFlag(known)}`,
      ),
    ];
  });
  return ['complete -c mantis-sync -f', ...lines].join('\n');
}

/** `-x` is a value that is no file, `-r` one that may be. */
function fishFlag({ short, type, about, choices, isFile }: Flag): string {
  return [
    '',
    ...(short ? [`-s ${short}`] : []),
    ...(type === 'string' ? [isFile ? '-r -F' : '-x'] : []),
    ...(choices ? [`-a ${quote(choices.join(' '))}`] : []),
    `-d ${quote(about)}`,
  ].join(' ');
}

/** Words that an operand may be; those of stores and runs only the API knows. */
function choicesOf(operand: string): string[] {
  return operand === SHELL_OPERAND ? [...SHELLS] : [];
}

function longNames(flags: Readonly<Record<string, Flag>>): string[] {
  return Object.keys({ ...flags, ...COMMON_FLAGS }).map((name) => `--${name}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`\'`)}'`;
}
