import * as v from 'valibot';

/** A value kept in this browser; the usual one if there is none, it is invalid, or nothing can be kept. */
export function readStored<Value>(
  key: string,
  schema: v.GenericSchema<unknown, Value>,
  usual: Value,
): Value {
  try {
    const parsed = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? 'null'));
    return parsed.success ? parsed.output : usual;
  } catch {
    return usual;
  }
}

/** Keeps a value in this browser; where nothing can be kept, it applies to this page only. */
export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // No storage available.
  }
}
