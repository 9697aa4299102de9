import * as v from 'valibot';

/** A part of the address that is dropped, not refused, where it cannot be read. */
export const optional = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.optional(schema), undefined);

export const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_147_483_647));

export const uuid = v.pipe(v.string(), v.uuid());

/** Text of at most this length, without the spaces around it. */
export const text = (maxLength: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxLength));

/** Text that the router may have read as a number. */
export const typed = v.pipe(v.union([v.string(), v.number()]), v.transform(String), text(200));
