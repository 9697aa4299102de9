import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

const root = join(import.meta.dirname, '../..');

/** A template literal: its text without insertions, and the inserted expressions. */
export interface Template {
  /** Relative to the root. */
  file: string;
  text: string;
  inserted: string[];
}

/** The sources that access the database, without tests and generated code. */
export function sourceFiles(): string[] {
  return globSync('{apps,packages}/*/src/**/*.ts', { cwd: root })
    .filter(
      (file) =>
        !/\/generated\/|\.test\.ts$|^apps\/web\/|^packages\/(?:dev-postgres|woo-sim)\//.test(file),
    )
    .toSorted();
}

export function readSource(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** All template literals of a source, including nested ones. */
export function templatesOf(file: string, source: string): Template[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const found: Template[] = [];
  new Visitor({
    TemplateLiteral({ quasis, expressions }) {
      found.push({
        file,
        text: quasis.map(({ value }) => value.cooked ?? value.raw).join('⟨⟩'),
        inserted: expressions.map(({ start, end }) => source.slice(start, end)),
      });
    },
  }).visit(program);
  return found;
}
