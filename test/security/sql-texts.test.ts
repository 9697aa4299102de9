import { expect, test } from 'vitest';
import { readSource, sourceFiles, templatesOf } from './sql-texts.ts';

const sqlStart =
  /^(?:\s|⟨⟩)*(?:select|insert|update|delete|with|create|alter|drop|grant|revoke|listen|notify|begin|set|truncate|copy|from|where|returning|order by|set_config)\b/i;

/** Constants of a module, in capitals, and the moves of the state machine. */
const isConstant = /^[A-Z][A-Z_]*(?:\.\w+\.(?:from|to))?$/;

/**
 * What else may stand inside a statement: names of tables and columns that its own functions choose from.
 * Nothing here comes from a request, a store or a row.
 */
const allowed: Record<string, readonly string[]> = {
  // Prisma's tagged templates send these as parameters.
  'apps/api/src/auth/account-service.ts': ['person.id'],
  'apps/api/src/auth/call-limits.ts': ['at', 'block', 'userId'],
  'apps/api/src/auth/sign-in-delay.ts': ['account'],
  'apps/api/src/auth/usage-limits.ts': ['kind', 'max', 'per', 'subject'],
  // A uuid that was checked, and names of roles and settings, for `begin` takes no parameters.
  'packages/db/src/create-database.ts': ['orgId', 'role', "settings.join(', ')"],
  // A plain name that was checked.
  'packages/db/src/listen.ts': ['channel'],
  // Constants, a plain name that was checked, and base64 of our own making: roles take no parameters.
  'packages/db/src/runtime-login.ts': ['name', "roles.join(', ')", 'scramVerifier(password)'],
  'packages/sync-core/src/sql/activity.ts': ["forwards ? 'asc' : 'desc'"],
  'packages/sync-core/src/sql/discovery.ts': ['assignments', 'returning'],
  'packages/sync-core/src/sql/freshness.ts': ['assignments'],
  'packages/sync-core/src/sql/retention.ts': ['column', 'condition', 'table'],
};

const templates = sourceFiles().flatMap((file) => templatesOf(file, readSource(file)));

test('no statement is put together from anything but the constants that are named here (S25)', () => {
  const inserted: Record<string, string[]> = {};
  for (const { file, text, inserted: expressions } of templates) {
    const chosen = expressions.filter((expression) => !isConstant.test(expression));
    if (!sqlStart.test(text) || chosen.length === 0) continue;
    inserted[file] = [...new Set([...(inserted[file] ?? []), ...chosen])].toSorted();
  }
  expect(inserted).toEqual(allowed);
});

test('no text goes to the database in a way that skips its parameters (S25)', () => {
  const raw =
    /\$(?:query|execute)RawUnsafe|Prisma\.raw\(|\bsql\.raw\(|\.query(?:<[^(]*>)?\(\s*(?:'[^'\n]*'|`[^`]*`)\s*\+/;
  expect(sourceFiles().filter((file) => raw.test(readSource(file)))).toEqual([]);
});

test('nothing searches by a pattern that a caller gives (S26)', () => {
  const withPattern = templates.filter(({ text }) => /\b(?:i?like|similar to)\b\s*\$/i.test(text));
  expect(withPattern.map(({ file, text }) => ({ file, text }))).toEqual([]);
});

test('the templates of a source are all seen, nested ones too (S25)', () => {
  const source =
    "const a = `select ${b} from ${`x${c}`}`; // `not ${this}`\nconst d = /`/; const e = '`'; f(`where ${{ g: 1 }.g}`);";
  expect(templatesOf('x.ts', source).map(({ text, inserted }) => [text, inserted])).toEqual([
    ['select ⟨⟩ from ⟨⟩', ['b', '`x${c}`']],
    ['x⟨⟩', ['c']],
    ['where ⟨⟩', ['{ g: 1 }.g']],
  ]);
});
