import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { toHtml } from '../../../render-documents.ts';
import { DOCUMENTS } from './documents.ts';
import { HELP_TOPICS } from '../../ui/help-topics.ts';

const folder = resolve(import.meta.dirname, '../../../../../docs');
const names = (await readdir(folder))
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace('.md', ''));
const htmlOf = async (name: string) =>
  toHtml(await readFile(resolve(folder, `${name}.md`), 'utf8'));

test('every document is in the navigation', () => {
  expect(Object.keys(DOCUMENTS).toSorted()).toEqual(names.toSorted());
});

test.each(Object.values(HELP_TOPICS))('the section %s exists', async (target) => {
  const [name = '', section] = target.split('#');
  expect(await htmlOf(name)).toContain(` id="${section}">`);
});

test('a document becomes HTML without pictures and without links to files of the repository', () => {
  const html = toHtml(
    '## `a` & b\n\n![x](screenshots/x.png) [m](../m.ts) [s](stores.md#y)\n\n|a|\n|-|\n',
  );
  expect(html).toContain('<h2 id="a--b"><code>a</code> &amp; b</h2>');
  expect(html).toContain(' m <a href="/help/stores#y">s</a>');
  expect(html).toContain('<div class="overflow-x-auto" tabindex="0"><table>');
});
