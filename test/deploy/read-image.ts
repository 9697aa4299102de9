import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** How the last stage of the Dockerfile runs its processes. */
export interface Image {
  env: Record<string, string>;
  user: string;
  command: string[];
  healthcheck: string[];
  /** The commands of the previous stage, which build the folder. */
  build: string;
}

export function readImage(): Image {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
  const [, build = '', last = ''] = text.split(/^FROM /m);
  const lineOf = (word: string) => new RegExp(`^${word} (.+)$`, 'm').exec(last)?.[1] ?? '';
  const env = lineOf('ENV')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]);
  return {
    env: Object.fromEntries(env),
    user: lineOf('USER'),
    command: JSON.parse(lineOf('CMD')),
    healthcheck: JSON.parse(lineOf('HEALTHCHECK').split(' CMD ')[1] ?? '[]'),
    build,
  };
}
