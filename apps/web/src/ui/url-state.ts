import * as v from 'valibot';

/** A search parameter that is ignored if invalid. */
export const optional = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.fallback(v.optional(schema), undefined);

export const positive = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_147_483_647));

export const uuid = v.pipe(v.string(), v.uuid());

/** Trimmed text up to a maximum length. */
export const text = (maxLength: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxLength));

/** Text that the router may have parsed as a number. */
export const typed = v.pipe(v.union([v.string(), v.number()]), v.transform(String), text(200));
