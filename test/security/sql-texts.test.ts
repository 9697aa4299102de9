import { expect, test } from 'vitest';
import { readSource, sourceFiles, templatesOf } from './sql-texts.ts';

const sqlStart =
  /^(?:\s|⟨⟩)*(?:select|insert|update|delete|with|create|alter|drop|grant|revoke|listen|notify|begin|set|truncate|copy|from|where|returning|order by|set_config)\b/i;

/** Constants of a module, in capitals, the transitions of the state machine, and the columns of a declared row. */
const isConstant = /^(?:[A-Z][A-Z_]*(?:\.\w+\.(?:from|to))?|selectList\([A-Z_]+, '\w+'\))$/;

/** Other allowed insertions: names of tables and columns that a function chooses. None comes from a request, a store or a row. */
const allowed: Record<string, readonly string[]> = {
  // Prisma's tagged templates send these as parameters.
  'apps/api/src/auth/account-service.ts': ['person.id'],
  'apps/api/src/auth/call-limits.ts': ['at', 'block', 'userId'],
  'apps/api/src/auth/sign-in-delay.ts': ['account'],
  'apps/api/src/auth/usage-limits.ts': ['kind', 'max', 'per', 'subject'],
  // A validated uuid, and names of roles and settings, since `begin` accepts no parameters.
  'packages/db/src/create-database.ts': ['orgId', 'role', "settings.join(', ')"],
  // A validated identifier.
  'packages/db/src/listen.ts': ['channel'],
  // Constants, a validated identifier and our own base64; roles accept no parameters.
  'packages/db/src/runtime-login.ts': ['name', "roles.join(', ')", 'scramVerifier(password)'],
  'packages/sync-core/src/sql/activity.ts': ["forwards ? 'asc' : 'desc'"],
  // One of two constants.
  'packages/sync-core/src/sql/customer-views.ts': ['columns'],
  'packages/sync-core/src/sql/discovery.ts': ['assignments', 'returning'],
  'packages/sync-core/src/sql/freshness.ts': ['assignments'],
  'packages/sync-core/src/sql/retention.ts': ['column', 'condition', 'table'],
};

const templates = sourceFiles().flatMap((file) => templatesOf(file, readSource(file)));

test('statements are built only from the constants named here (S25)', () => {
  const inserted: Record<string, string[]> = {};
  for (const { file, text, inserted: expressions } of templates) {
    const chosen = expressions.filter((expression) => !isConstant.test(expression));
    if (!sqlStart.test(text) || chosen.length === 0) continue;
    inserted[file] = [...new Set([...(inserted[file] ?? []), ...chosen])].toSorted();
  }
  expect(inserted).toEqual(allowed);
});

test('no statement bypasses parameters (S25)', () => {
  const raw =
    /\$(?:query|execute)RawUnsafe|Prisma\.raw\(|\bsql\.raw\(|\.query(?:<[^(]*>)?\(\s*(?:'[^'\n]*'|`[^`]*`)\s*\+/;
  expect(sourceFiles().filter((file) => raw.test(readSource(file)))).toEqual([]);
});

test('nothing searches with a caller’s pattern (S26)', () => {
  const withPattern = templates.filter(({ text }) => /\b(?:i?like|similar to)\b\s*\$/i.test(text));
  expect(withPattern.map(({ file, text }) => ({ file, text }))).toEqual([]);
});

test('all template literals of a source are found, nested ones included (S25)', () => {
  const source =
    "const a = `select ${b} from ${`x${c}`}`; // `not ${this}`\nconst d = /`/; const e = '`'; f(`where ${{ g: 1 }.g}`);";
  expect(templatesOf('x.ts', source).map(({ text, inserted }) => [text, inserted])).toEqual([
    ['select ⟨⟩ from ⟨⟩', ['b', '`x${c}`']],
    ['x⟨⟩', ['c']],
    ['where ⟨⟩', ['{ g: 1 }.g']],
  ]);
});
