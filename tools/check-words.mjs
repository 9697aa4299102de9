#!/usr/bin/env node
// Fails if a tracked file contains a word that docs/glossary.md bans.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const GLOSSARY = 'docs/glossary.md';
/** History, third-party data, and migrations that were already applied. */
const EXCLUDED = [
  'CHANGELOG.md',
  GLOSSARY,
  'tools/check-words.mjs',
  'cspell-words.txt',
  'pnpm-lock.yaml',
  'prisma/migrations',
  'prisma/structure.sql',
  'packages/*/fixtures',
  '*.png',
  '*.svg',
  '*.ico',
  '*.woff2',
];
/** Names in the database and of commands that the previous version uses too. */
const STORED_NAMES = /'(?:delta\.)?leftovers'|\bleftovers: |`leftovers`|'doctor'|'ring'/g;

const [, list] = /```text\n([\s\S]*?)```/.exec(readFileSync(GLOSSARY, 'utf8')) ?? [];
if (!list) throw new Error(`${GLOSSARY} lists no words: expected a block \`\`\`text`);
const banned = new RegExp(`\\b(?:${list.trim().split('\n').join('|')})\\b`, 'gi');

const files = execFileSync('git', ['ls-files', '--', '.', ...EXCLUDED.map((path) => `:!${path}`)], {
  encoding: 'utf8',
}).trim();
let found = 0;
for (const file of files.split('\n')) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    for (const [word] of line.replaceAll(STORED_NAMES, '').matchAll(banned)) {
      console.error(`${file}:${index + 1}: “${word}”`);
      found += 1;
    }
  }
}
if (found > 0) {
  console.error(
    `${found} words that ${GLOSSARY} does not allow; it names the word to use instead.`,
  );
  process.exitCode = 1;
}
