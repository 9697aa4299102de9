import * as zod from 'zod/mini';
import { catch as fallBack } from 'zod/mini';

/** A part of the address that is dropped, not refused, where it cannot be read. */
export const optional = <Schema extends zod.ZodMiniType>(schema: Schema) =>
  fallBack(zod.optional(schema), undefined);

export const positive = zod.int().check(zod.gte(1), zod.lte(2_147_483_647));

/** Text of at most this length, without the spaces around it. */
export const text = (maxLength: number) =>
  zod.string().check(zod.trim(), zod.minLength(1), zod.maxLength(maxLength));

/** Text that the router may have read as a number. */
export const typed = zod.pipe(
  zod.union([zod.string(), zod.number()]),
  zod.pipe(zod.transform(String), text(200)),
);
