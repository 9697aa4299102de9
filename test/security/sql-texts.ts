import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A template literal of the sources: its text without what it inserts, and what it inserts. */
export interface Template {
  /** Relative to the root. */
  file: string;
  text: string;
  inserted: string[];
}

/** The sources of everything that talks to the database, without tests and what is generated. */
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

/** All template literals of a source, nested ones too. */
export function templatesOf(file: string, source: string): Template[] {
  const found: Template[] = [];
  readCode(source, 0, file, found, false);
  return found;
}

/** Reads code up to the end, or to the brace that closes an insertion. @returns where it ended */
function readCode(
  source: string,
  from: number,
  file: string,
  found: Template[],
  isInsertion: boolean,
): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const rest = source.slice(at, at + 2);
    if (rest === '//') at = endOf(source, '\n', at);
    else if (rest === '/*') at = endOf(source, '*/', at) + 1;
    else if (source[at] === "'" || source[at] === '"') at = endOfString(source, at);
    else if (source[at] === '/' && startsRegex(source, at)) at = endOfRegex(source, at);
    else if (source[at] === '`') at = readTemplate(source, at, file, found);
    else if (source[at] === '{') depth++;
    else if (source[at] === '}' && depth-- === 0 && isInsertion) return at;
  }
  return source.length;
}

function readTemplate(source: string, from: number, file: string, found: Template[]): number {
  const template: Template = { file, text: '', inserted: [] };
  found.push(template);
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '`') return at;
    if (source[at] === '\\') at++;
    else if (source.startsWith('${', at)) {
      const end = readCode(source, at + 2, file, found, true);
      template.inserted.push(source.slice(at + 2, end).trim());
      template.text += '⟨⟩';
      at = end;
    } else template.text += source[at];
  }
  return source.length;
}

function endOf(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at < 0 ? source.length : at;
}

function endOfString(source: string, from: number): number {
  let at = from + 1;
  while (at < source.length && source[at] !== source[from]) at += source[at] === '\\' ? 2 : 1;
  return at;
}

/** A slash after a value divides; after anything else it begins a regular expression. */
function startsRegex(source: string, at: number): boolean {
  return /(?:^|[=(,:;!&|?{}[\n]|\breturn|=>)$/.test(
    source.slice(Math.max(0, at - 20), at).trimEnd(),
  );
}

function endOfRegex(source: string, from: number): number {
  let isInClass = false;
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '[') isInClass = true;
    else if (source[at] === ']') isInClass = false;
    else if (source[at] === '\n' || (source[at] === '/' && !isInClass)) return at;
  }
  return source.length;
}
