import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunningApi } from './start-api.ts';
import { INHERITED } from './start-process.ts';
import { until } from './until.ts';

const packages = join(import.meta.dirname, '../../packages/client');

/** The built command. */
export const CLI = join(packages, 'dist/cli.js');
export const EXAMPLES = join(packages, 'examples');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  ended: Promise<Ended>;
  untilSaid(text: string): Promise<void>;
  interrupt(): void;
}

/** A script as a user runs it, with an address and a key. */
export function startCommand(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): RunningCommand {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...INHERITED, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    ended,
    untilSaid: async (text) => void (await until(`“${text}”`, () => stdout.includes(text))),
    interrupt: () => void child.kill('SIGINT'),
  };
}

export function runCommand(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Ended> {
  return startCommand(script, args, env).ended;
}

/** The environment of the command and the examples. */
export function envOf(api: RunningApi): Record<string, string> {
  return { MANTIS_URL: api.url, MANTIS_API_KEY: keyOf(api) };
}

export function keyOf({ appHeaders }: RunningApi): string {
  return (appHeaders['authorization'] ?? '').replace('Bearer ', '');
}
