import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const NOBODY = 65_534;

/** A command of the image, run in its folder. */
export interface TreeProcess {
  /** Standard output and error so far. */
  printed(): string;
  /** Exit code, once it has ended. */
  ended: Promise<number | null>;
  stop(): Promise<number | null>;
}

/**
 * Runs a command of the image in its folder, without our environment; as a user who owns nothing there, if we
 * can switch users.
 */
export function startInTree(
  tree: string,
  [program = '', ...args]: readonly string[],
  env: Record<string, string>,
): TreeProcess {
  const isRoot = process.getuid?.() === 0;
  const child = spawn(program, args, {
    cwd: tree,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    printed: () => chunks.join(''),
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
