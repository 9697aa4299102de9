/**
 * Declares a row once: an object of columns and groups of columns. The row's type, the select list and the
 * mapping are derived from it.
 */
export interface Column<Value> {
  /** Null: the key in snake_case. */
  readonly column: string | null;
  /** Carries the type only; never set. */
  readonly value?: Value;
}

/** A group that is null if its first column is null. */
interface Optional<Fields> {
  readonly optional: Fields;
}

export type Row<Fields> = {
  -readonly [Key in keyof Fields]: Fields[Key] extends Column<infer Value>
    ? Value
    : Fields[Key] extends Optional<infer Group>
      ? Row<Group> | null
      : Row<Fields[Key]>;
};

type Declaration = Readonly<Record<string, object>>;

/** @param name if it differs from the key in snake_case */
export function column<Value>(name: string | null = null): Column<Value> {
  return { column: name };
}

export function optional<Fields extends Declaration>(fields: Fields): Optional<Fields> {
  return { optional: fields };
}

/** `batchSize` → `batch_size` */
export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The columns of a declaration as a select list for a table or alias. */
export function selectList(fields: Declaration, table: string): string {
  return namesOf(fields)
    .map((name) => `${table}.${name}`)
    .join(', ');
}

/** Maps a result row to the shape of its declaration. */
export function toRow<Fields extends Declaration>(
  fields: Fields,
  raw: Record<string, unknown>,
): Row<Fields> {
  const entries = Object.entries(fields).map(([key, field]) => [key, valueOf(key, field, raw)]);
  // Built from the declaration that the type is derived from.
  return Object.fromEntries(entries) as Row<Fields>;
}

function valueOf(key: string, field: object, raw: Record<string, unknown>): unknown {
  if (isColumn(field)) return raw[field.column ?? snakeCase(key)];
  if (!('optional' in field)) return toRow(field as Declaration, raw);
  const group = field.optional as Declaration;
  const [first = ''] = namesOf(group);
  return raw[first] === null ? null : toRow(group, raw);
}

function namesOf(fields: Declaration): string[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    if (isColumn(field)) return [field.column ?? snakeCase(key)];
    return namesOf(('optional' in field ? field.optional : field) as Declaration);
  });
}

function isColumn(field: object): field is Column<unknown> {
  return 'column' in field;
}
