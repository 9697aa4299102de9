import { expect, test } from 'vitest';
import { column, optional, selectList, snakeCase, toRow } from './columns.ts';

const FIELDS = {
  id: column<string>(),
  walk: { lastId: column<number>('walk_last_id'), pageSize: column<number>() },
  wait: optional({ code: column<string>('wait_code'), until: column<Date>('wait_until') }),
};
const raw = { id: 'a', walk_last_id: 7, page_size: 50, wait_code: null, wait_until: null };

test('a declaration lists its columns', () => {
  expect(selectList(FIELDS, 'queue')).toBe(
    'queue.id, queue.walk_last_id, queue.page_size, queue.wait_code, queue.wait_until',
  );
  expect(snakeCase('maxPageAttempts')).toBe('max_page_attempts');
});

test('a row is grouped as declared; an optional group is null without its first column', () => {
  expect(toRow(FIELDS, raw)).toEqual({ id: 'a', walk: { lastId: 7, pageSize: 50 }, wait: null });
  const until = new Date(0);
  expect(toRow(FIELDS, { ...raw, wait_code: 'slow', wait_until: until }).wait).toEqual({
    code: 'slow',
    until,
  });
});
