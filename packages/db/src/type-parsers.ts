import { TypeOverrides } from 'pg';
import { UnsafeIntegerError } from './database-errors.ts';

const int8 = 20;
const int8Array = 1016;

/** bigint as a number. Throws UnsafeIntegerError beyond 2^53 - 1, where a number would be inexact. */
function parseInt8(text: string): number {
  return safeInteger(Number(text));
}

/** bigint[] as numbers, nulls unchanged. */
function parseInt8Array(text: string): (number | null)[] {
  const json = text.replaceAll('{', '[').replaceAll('}', ']').replaceAll('NULL', 'null');
  return JSON.parse(json, (_, value) => (typeof value === 'number' ? safeInteger(value) : value));
}

function safeInteger(value: number): number {
  if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError();
  return value;
}

/** Type parsers for one client: int8 and int8[] become numbers; everything else stays as in pg. */
export const typeParsers = new TypeOverrides();
typeParsers.setTypeParser(int8, parseInt8);
typeParsers.setTypeParser(int8Array, parseInt8Array);
