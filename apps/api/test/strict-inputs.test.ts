import { expect, test } from 'vitest';
import type { z } from 'zod';
import { appRouter } from '../src/routers/app-router.ts';

interface Procedure {
  _def: { inputs?: readonly z.ZodType[] };
}

const withInput = Object.entries(
  appRouter._def.procedures as unknown as Record<string, Procedure>,
).flatMap(([path, { _def }]) => (_def.inputs ?? []).map((input) => ({ path, input })));

test('procedures reject unknown fields (S5, S38)', () => {
  expect(withInput.length).toBeGreaterThan(15);
  for (const { path, input } of withInput) {
    for (const field of ['orgId', 'organizationId', 'role', '__proto__', 'constructor']) {
      const given: unknown = JSON.parse(`{${JSON.stringify(field)}:{"id":"x"}}`);
      const result = input.safeParse(given);
      const refused = result.error?.issues.some(
        (issue) => issue.code === 'unrecognized_keys' && issue.keys.includes(field),
      );
      // Where it is a field of its own, such as the role of an invitation, another name is used.
      const isOwn = result.error?.issues.some((issue) => issue.path[0] === field);
      expect([path, field, refused || isOwn]).toEqual([path, field, true]);
    }
  }
});
