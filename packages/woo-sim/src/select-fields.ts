/**
 * WordPress's `_fields`: keeps the named fields in the order of the row; `a.b` keeps one field of a
 * nested object; a name that is not there is ignored.
 */
export function selectFields(
  row: Record<string, unknown>,
  fields: readonly string[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (fields.includes(name)) kept[name] = value;
    else {
      const below = fields.flatMap((field) =>
        field.startsWith(`${name}.`) ? field.slice(name.length + 1) : [],
      );
      if (below.length > 0 && isRecord(value)) kept[name] = selectFields(value, below);
    }
  }
  return kept;
}

/** The requested names, or undefined for the whole row. */
export function fieldNames(value: string | Map<string, string> | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const names = typeof value === 'string' ? value.split(/[\s,]+/) : [...value.values()];
  const wanted = names.map((name) => name.trim()).filter((name) => name !== '');
  return wanted.length > 0 ? wanted : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
