import { readFileSync } from 'node:fs';

export interface Recording {
  readonly request: {
    readonly scheme: 'http' | 'https';
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** One exchange with a real WooCommerce store, recorded. */
export function recording(name: string): Recording {
  const file = new URL(`../../fixtures/woo/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The first row of a recorded list, or the recorded single row. */
export function recordedRow(name: string): Record<string, unknown> {
  const body = JSON.parse(recording(name).response.body) as
    | Record<string, unknown>
    | Record<string, unknown>[];
  return Array.isArray(body) ? (body.at(-1) ?? {}) : body;
}

/** The secret that belongs to the recorded key `ck_0…rw0001` (both made up). */
export const recordedSecret = 'cs_0000000000000000000000000000000000rw0001';
