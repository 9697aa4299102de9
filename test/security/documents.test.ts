import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const documents = [
  { file: 'docs/security.md', letter: 'S', count: 44 },
  { file: 'docs/security.md', letter: 'P', count: 20 },
  { file: 'docs/reliability.md', letter: 'F', count: 75 },
  { file: 'docs/stores.md', letter: 'R', count: 23 },
];

describe.each(documents)('$file, $letter', ({ file, letter, count }) => {
  /** The rows of its table: number, what is promised, and in the last cell the tests that show it. */
  const rows = read(file)
    .split('\n')
    .flatMap((line) => {
      const [, check = '', , promise = '', ...more] = line.split('|').map((cell) => cell.trim());
      const isRow = new RegExp(`^${letter}\\d+$`).test(check);
      return isRow ? [{ check, promise, shown: (more.at(-2) ?? '').split('<br>') }] : [];
    });

  test('every check has one row with a claim', () => {
    expect(rows.map(({ check }) => check)).toEqual(
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    for (const { check, promise } of rows)
      expect([check, promise.length > 3]).toEqual([check, true]);
  });

  test('every test that the document names exists', () => {
    const named = rows.flatMap(({ check, shown }) => shown.map((text) => ({ check, text })));
    expect(named.length).toBeGreaterThanOrEqual(count);
    for (const { check, text } of named) {
      if (text === '…') continue;
      const [, source = '', name = ''] = /^`([^`]+)` (.+)$/.exec(text) ?? [];
      const isThere =
        source !== '' && existsSync(join(root, source)) && hasTest(read(source), name);
      expect([check, text, isThere]).toEqual([check, text, true]);
    }
  });
});

test('names of tests begin with words; the numbers of checks follow in brackets', () => {
  const files = globSync('{apps,packages,test,tools}/**/*.test.ts', {
    cwd: root,
    exclude: ['**/node_modules'],
  });
  expect(files.length).toBeGreaterThan(150);
  const wrong = files.flatMap((file) => read(file).match(/['"`][FSPR]\d+[^'"`\n]*: .*/g) ?? []);
  expect(wrong).toEqual([]);
});

/** A test or a group of them, in the quotes of its call. */
function hasTest(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}
