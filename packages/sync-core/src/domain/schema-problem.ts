import type { z } from 'zod';

export interface SchemaProblem {
  /** Dotted, such as `billing.city`. */
  readonly path: string;
  readonly expected: string;
}

type Issue = z.core.$ZodIssue;

const expectations: Readonly<Record<string, string>> = {
  billing: 'an object',
  shipping: 'an object',
  is_paying_customer: 'true or false',
  meta_data: 'a list of objects with a key',
};

/** The first thing wrong with a row, named without any value of it. */
export function firstProblem(issues: readonly Issue[]): SchemaProblem {
  const path = issues[0] ? deepestPath(issues[0]) : [];
  const isAddressField = path.length > 1 && path[0] !== 'meta_data';
  return {
    path: path.map(showKey).join('.') || 'customer',
    expected: (isAddressField ? undefined : expectations[String(path[0])]) ?? 'text',
  };
}

/** Of the branches of a union, the one that came furthest is the one that was meant. */
function deepestPath(issue: Issue): PropertyKey[] {
  if (issue.code !== 'invalid_union') return issue.path;
  return issue.errors
    .flat()
    .map((inner) => [...issue.path, ...deepestPath(inner)])
    .reduce((deepest, path) => (path.length > deepest.length ? path : deepest), issue.path);
}

/** Keys of a row may hold anything; only plain names are repeated. */
function showKey(key: PropertyKey): string {
  const name = String(key);
  return /^\w{1,40}$/.test(name) ? name : '?';
}
