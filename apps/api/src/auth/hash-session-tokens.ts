import { createHash } from 'node:crypto';
import type { prismaAdapter } from 'better-auth/adapters/prisma';

type CreateAdapter = ReturnType<typeof prismaAdapter>;
type Adapter = ReturnType<CreateAdapter>;
type Where = NonNullable<Parameters<Adapter['findMany']>[0]['where']>;

/** Marks a token as hashed, so that a token read from the table is not hashed again. */
const PREFIX = 'sha256:';

/**
 * Stores only the SHA-256 of session tokens (at least 128 random bits) in the database, so that nobody who
 * reads it can sign in with them. A session found by its token is returned with that token; others are
 * returned with the hash, which only serves to delete them.
 */
export function hashSessionTokens(createAdapter: CreateAdapter): CreateAdapter {
  return (options) => wrap(createAdapter(options));
}

/** The casts: the adapter's results are generic, and `withToken` returns the row that it was given. */
function wrap(adapter: Adapter): Adapter {
  return {
    ...adapter,
    async create(input) {
      const { token } = input.data;
      if (input.model !== 'session' || typeof token !== 'string') return adapter.create(input);
      const row = await adapter.create({ ...input, data: { ...input.data, token: hash(token) } });
      return withToken(row, [token]) as never;
    },
    findOne: async (input) =>
      withToken(await adapter.findOne(hashed(input)), tokensOf(input)) as never,
    async findMany(input) {
      const rows = await adapter.findMany(hashed(input));
      return rows.map((row) => withToken(row, tokensOf(input))) as never;
    },
    count: (input) => adapter.count(hashed(input)),
    update: async (input) =>
      withToken(await adapter.update(hashed(input)), tokensOf(input)) as never,
    updateMany: (input) => adapter.updateMany(hashed(input)),
    delete: (input) => adapter.delete(hashed(input, 'or_hash')),
    deleteMany: (input) => adapter.deleteMany(hashed(input, 'or_hash')),
    consumeOne: async (input) =>
      withToken(await adapter.consumeOne(hashed(input)), tokensOf(input)) as never,
    transaction: (work) => adapter.transaction((inner) => work(wrap(inner as Adapter))),
  };
}

function hash(token: string): string {
  return `${PREFIX}${createHash('sha256').update(token).digest('hex')}`;
}

interface Question {
  model: string;
  where?: Where | undefined;
}

function tokensOf({ model, where = [] }: Question): string[] {
  if (model !== 'session') return [];
  return where
    .filter(({ field }) => field === 'token')
    .flatMap(({ value }) => value as string | string[]);
}

/** The same query by hash. `or_hash` accepts a token that is already a hash. */
function hashed<Q extends Question>(question: Q, known: 'plain' | 'or_hash' = 'plain'): Q {
  const { model, where } = question;
  if (model !== 'session' || !where) return question;
  const one = (text: unknown) => {
    if (typeof text !== 'string') return text;
    return known === 'or_hash' && text.startsWith(PREFIX) ? text : hash(text);
  };
  const hashedWhere = where.map((clause) => {
    if (clause.field !== 'token') return clause;
    const value = Array.isArray(clause.value) ? clause.value.map(one) : one(clause.value);
    return { ...clause, value };
  });
  return { ...question, where: hashedWhere };
}

/** Restores the token of a session that was found by it. */
function withToken(row: unknown, tokens: readonly string[]): unknown {
  if (typeof row !== 'object' || row === null || !('token' in row)) return row;
  const token = tokens.find((candidate) => hash(candidate) === row.token);
  return token === undefined ? row : { ...row, token };
}
