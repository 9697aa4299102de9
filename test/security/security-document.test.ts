import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const CHECKS = 42;

/** The rows of the table of docs/security.md: the number of the check, and the tests that show it. */
const rows = read('docs/security.md')
  .split('\n')
  .flatMap((line) => {
    const [, check = '', , promise = '', shown = ''] = line.split('|').map((cell) => cell.trim());
    return /^S\d+$/.test(check) ? [{ check, promise, shown: shown.split('<br>') }] : [];
  });

test('every check has one row, with a promise', () => {
  expect(rows.map(({ check }) => check)).toEqual(
    Array.from({ length: CHECKS }, (_, index) => `S${index + 1}`),
  );
  for (const { check, promise } of rows)
    expect([check, promise.length > 10]).toEqual([check, true]);
});

test('every test that the document names is there, by that name', () => {
  const named = rows.flatMap(({ check, shown }) => shown.map((text) => ({ check, text })));
  expect(named.length).toBeGreaterThan(CHECKS);
  for (const { check, text } of named) {
    if (text === '…') continue;
    const [, file = '', name = ''] = /^`([^`]+)` (.+)$/.exec(text) ?? [];
    const isThere = file !== '' && existsSync(join(root, file)) && hasTest(read(file), name);
    expect([check, text, isThere]).toEqual([check, text, true]);
  }
});

/** A test or a group of them, in the quotes of its call. */
function hasTest(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}
