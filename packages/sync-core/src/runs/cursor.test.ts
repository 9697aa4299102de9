import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../domain/sync-error.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const id = '0a1b2c3d-0000-4000-8000-000000000000';
const createdAt = '2026-01-01T10:00:00.123456Z';

describe('a cursor', () => {
  it('is decoded to the same fields', () => {
    expect(decodeCursor(encodeCursor({ createdAt, id }), ['createdAt', 'id'])).toEqual({
      createdAt,
      id,
    });
    expect(decodeCursor(encodeCursor({ position: '12' }), ['position'])).toEqual({
      position: '12',
    });
  });

  it('may be left out', () => {
    expect(decodeCursor(undefined, ['id'])).toBeUndefined();
  });

  it('contains only characters that URLs leave unchanged', () => {
    expect(encodeCursor({ createdAt, id })).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['a number', Buffer.from('5').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['another list’s cursor', encodeCursor({ position: '1' })],
    ['a field too few', encodeCursor({ id })],
    [
      'a field that is no text',
      Buffer.from(`{"id":5,"createdAt":"${createdAt}"}`).toString('base64url'),
    ],
    ['SQL for an id', encodeCursor({ createdAt, id: "' or true --" })],
    ['36 dashes for an id', encodeCursor({ createdAt, id: '-'.repeat(36) })],
    ['no date', encodeCursor({ createdAt: 'yesterday', id })],
    ['a number for a date', encodeCursor({ createdAt: '0', id })],
    ['a date that does not exist', encodeCursor({ createdAt: '2026-02-30T10:00:00.000000Z', id })],
    ['a time that does not exist', encodeCursor({ createdAt: '2026-01-01T25:00:00.000000Z', id })],
    ['the year 0', encodeCursor({ createdAt: '0000-01-01T10:00:00.000000Z', id })],
    ['a date far off', encodeCursor({ createdAt: '+275760-01-01T10:00:00.000000Z', id })],
  ])('is refused if it is %s (S24)', (_what, cursor) => {
    const decode = () => decodeCursor(cursor, ['createdAt', 'id']);
    expect(decode).toThrow(SyncError);
    expect(decode).toThrow('The cursor was not returned by this list.');
  });

  it.each(['-1', '1e3', '1.5', '12345678901', ' 1'])('is refused with position %j', (position) => {
    expect(() => decodeCursor(encodeCursor({ position }), ['position'])).toThrow(SyncError);
  });

  it('returns a SyncError or fields for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(decodeCursor(text, ['position'])?.position).toMatch(/^\d{1,9}$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_cursor', status: 400 });
        }
      }),
      { seed: 797 },
    );
  });
});
