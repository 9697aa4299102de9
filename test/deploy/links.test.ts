import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf } from './anchors-of.ts';

const root = join(import.meta.dirname, '../..');
const documents = globSync(['*.md', 'docs/*.md', 'packages/client/README.md'], { cwd: root });
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Links within the repository: the file that each names, and the heading. */
function linksOf(file: string): { target: string; heading: string | undefined }[] {
  return [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? file : relative(root, join(root, dirname(file), path));
      return { target, heading };
    });
}

test.each(documents)('every link of %s leads somewhere', (file) => {
  const broken = linksOf(file).filter(
    ({ target, heading }) =>
      !existsSync(join(root, target)) ||
      (heading !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).has(heading)),
  );
  expect(broken).toEqual([]);
});

test('the README leads to every document', () => {
  const linked = new Set(linksOf('README.md').map(({ target }) => target));
  expect(documents.filter((file) => file !== 'README.md' && !linked.has(file))).toEqual([]);
});
