import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test?: string[]; disable?: boolean };
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas?: number };
}

/** The part of compose.yaml that says how our processes start, resolved as compose does. */
export interface Compose {
  services: Record<string, Service>;
  commandOf(service: string): string[] | undefined;
  healthcheckOf(service: string): string[];
  /** @throws Error as compose does, if a required variable is missing */
  environmentOf(service: string, given: Record<string, string>): Record<string, string>;
}

export function readCompose(): Compose {
  const text = readFileSync(join(import.meta.dirname, '../../compose.yaml'), 'utf8');
  const { services }: { services: Record<string, Service> } = parse(text, { merge: true });
  const serviceOf = (name: string) => {
    const service = services[name];
    if (!service) throw new Error(`compose.yaml has no ${name}`);
    return service;
  };
  return {
    services,
    commandOf: (name) => serviceOf(name).command,
    healthcheckOf: (name) => (serviceOf(name).healthcheck?.test ?? []).slice(1),
    environmentOf: (name, given) =>
      Object.fromEntries(
        Object.entries(serviceOf(name).environment ?? {}).map(([key, value]) => [
          key,
          fillIn(value, given),
        ]),
      ),
  };
}

/** `${NAME}`, `${NAME:-default}`, with nested defaults, and `${NAME:?message}`. */
function fillIn(text: string, given: Record<string, string>): string {
  return text.replaceAll(
    /\$\{(\w+)(?::([-?])((?:[^{}]|\$\{\w+\})*))?\}/g,
    (_all, name: string, kind, rest) => {
      const value = given[name];
      if (value) return value;
      if (kind === '?') throw new Error(`${name}: ${rest}`);
      return fillIn((rest as string | undefined) ?? '', given);
    },
  );
}
