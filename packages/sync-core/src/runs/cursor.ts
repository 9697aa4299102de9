import { SyncError } from '../domain/sync-error.ts';

/** The end of a page as an opaque token. */
export function encodeCursor(fields: Record<string, string>): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/**
 * @returns undefined if there is none
 * @throws SyncError `invalid_cursor` if `encodeCursor` did not create it
 */
export function decodeCursor<Name extends string>(
  cursor: string | undefined,
  names: readonly Name[],
): Record<Name, string> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (isRecordOf(fields, names)) return fields;
  } catch {
    // Falls through to the error below.
  }
  throw new SyncError('invalid_cursor', 'The cursor was not returned by this list.');
}

function isRecordOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Record<Name, string> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return names.every((name) => {
    const field = fields[name];
    if (typeof field !== 'string') return false;
    if (name === 'id') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(field);
    if (name === 'position') return /^\d{1,9}$/.test(field);
    if (name === 'row') return /^\d{1,15}$/.test(field);
    // Sort key of a customer: any text that PostgreSQL can store.
    if (name === 'name')
      return field.length <= 400 && field.isWellFormed() && !field.includes('\0');
    return isExactTime(field);
  });
}

/** A valid time in microseconds, as `findRun` returns it: PostgreSQL rejects 30 February. */
function isExactTime(text: string): boolean {
  const seconds = /^([1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z$/.exec(text)?.[1];
  if (seconds === undefined || Number.isNaN(Date.parse(`${seconds}Z`))) return false;
  return new Date(`${seconds}Z`).toISOString().startsWith(seconds);
}
