import fc from 'fast-check';

/** The value of MANTIS_MODEL_REPLAY: `seed|path|steps`, as a failure prints it. */
export interface Replay {
  seed: number;
  /** Path of the shrunk sequence. */
  path: string;
  /** The steps that were run. */
  steps: string;
}

export const replay = readReplay(process.env['MANTIS_MODEL_REPLAY']);

function readReplay(text: string | undefined): Replay | null {
  if (!text) return null;
  const [seed, path, steps] = text.split('|');
  if (!seed || !path || steps === undefined)
    throw new TypeError('MANTIS_MODEL_REPLAY is seed|path|steps, as a failure prints it');
  return { seed: Number(seed), path, steps };
}

/** The report of a failure. */
interface Failure {
  seed: number;
  counterexample: readonly unknown[] | null;
  counterexamplePath: string | null;
  numShrinks: number;
  errorInstance: unknown;
}

/** The shortest failing sequence, as lines, and the command that repeats it. */
export function describeFailure(found: Failure): string {
  if (!found.counterexample)
    return 'Nothing failed, but the time was over before the last sequence.';
  const reported = fc.stringify(found.counterexample[0]);
  const [, lines = reported, steps = ''] =
    /^(.*?) ?\/\*replayPath="([^"]*)"\*\/$/s.exec(reported) ?? [];
  const again = `${found.seed}|${found.counterexamplePath}|${steps}`;
  return [
    String(found.errorInstance),
    '',
    `After (shrunk ${found.numShrinks} times):`,
    ...lines.split(/,(?! )/).map((line) => `  ${line}`),
    '',
    `Again: MANTIS_MODEL_REPLAY='${again}' npx -y pnpm@12 exec vitest run --project rest test/model/state-machine`,
  ].join('\n');
}
