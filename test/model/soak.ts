import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/** Runs the random tests with new seeds until the time is over, or one fails. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error('Usage: npx -y pnpm@12 soak [--minutes 10] [--seed 1]');
  process.exit(2);
}
const startedAt = Date.now();
const until = startedAt + minutes * 60_000;
let rounds = 0;
for (let seed = Number(values.seed); Date.now() < until; seed += 1_000) {
  console.log(`${describeTime()} round ${rounds + 1}, seed ${seed}`);
  const { code, output } = await runRound(seed);
  if (code !== 0) {
    console.error(output);
    console.error(
      `Failed in round ${rounds + 1}. The same again: npx -y pnpm@12 soak --seed ${seed}`,
    );
    process.exit(1);
  }
  rounds += 1;
}
console.log(`${describeTime()} ${rounds} rounds, nothing found`);

function describeTime(): string {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

async function runRound(seed: number): Promise<{ code: number | null; output: string }> {
  const child = spawn('vitest', ['run', '--project', 'rest', 'test/model', '--reporter', 'dot'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { ...process.env, MANTIS_SOAK_SEED: String(seed) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, output: output.join('') };
}
