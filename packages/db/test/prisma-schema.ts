/** A table declared in prisma/schema.prisma, in the database's names and types. */
export interface DeclaredTable {
  name: string;
  columns: { name: string; type: string; nullable: boolean }[];
  primaryKey: string[];
  /** Column lists of unique constraints and indexes. */
  unique: string[][];
  foreignKeys: { columns: string[]; table: string; references: string[]; onDelete: string }[];
}

const typeNames: Record<string, string> = {
  String: 'text',
  'String[]': 'text[]',
  'BigInt[]': 'bigint[]',
  'String @db.Uuid': 'uuid',
  'DateTime @db.Timestamptz(6)': 'timestamp with time zone',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  Json: 'jsonb',
  'Json @db.Json': 'json',
  Bytes: 'bytea',
};

const deleteRules: Record<string, string> = {
  Cascade: 'CASCADE',
  SetNull: 'SET NULL',
  Restrict: 'RESTRICT',
  NoAction: 'NO ACTION',
};

interface Model {
  name: string;
  table: string;
  fields: { name: string; column: string; type: string; optional: boolean; attributes: string }[];
  attributes: string[];
}

/** Parses the part of Prisma's language that the schema uses, and throws on an unknown type. */
export function parsePrismaSchema(schema: string): DeclaredTable[] {
  const models = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].map((match) =>
    parseModel(match[1] ?? '', match[2] ?? ''),
  );
  const modelOf = new Map(models.map((model) => [model.name, model]));
  return models.map((model) => declare(model, modelOf));
}

function parseModel(name: string, body: string): Model {
  const lines = body
    .split('\n')
    .map((line) => line.replace(/\/\/.*$/, '').trim())
    .filter(Boolean);
  const attributes = lines.filter((line) => line.startsWith('@@'));
  const fields = lines
    .filter((line) => !line.startsWith('@@'))
    .map((line) => {
      const [, field = '', type = '', mark = '', rest = ''] =
        /^(\w+)\s+(\w+)(\[\]|\?)?\s*(.*)$/.exec(line) ?? [];
      const column = /(?<!@)@map\("(\w+)"\)/.exec(rest)?.[1] ?? field;
      return {
        name: field,
        column,
        type: type + (mark === '[]' ? mark : ''),
        optional: mark === '?',
        attributes: rest,
      };
    });
  const table = attributes.map((line) => /^@@map\("(\w+)"\)/.exec(line)?.[1]).find(Boolean) ?? name;
  return { name, table, fields, attributes };
}

function declare(model: Model, modelOf: Map<string, Model>): DeclaredTable {
  const scalars = model.fields.filter((field) => !modelOf.has(field.type.replace('[]', '')));
  const blocks = (keyword: string) =>
    model.attributes
      .map((line) => new RegExp(`^@@${keyword}\\(\\[(.*?)\\]`).exec(line)?.[1])
      .filter((list) => list !== undefined)
      .map((list) => columnsOf(model, list));
  const marked = (pattern: RegExp) =>
    scalars.filter((field) => pattern.test(field.attributes)).map((field) => field.column);

  return {
    name: model.table,
    columns: scalars.map((field) => ({
      name: field.column,
      type: typeOf(field),
      nullable: field.optional,
    })),
    primaryKey: blocks('id')[0] ?? marked(/@id\b/),
    unique: [...blocks('unique'), ...marked(/@unique\b/).map((column) => [column])],
    foreignKeys: model.fields.flatMap((field) => {
      const target = modelOf.get(field.type);
      const relation = /@relation\(fields: \[(.*?)\], references: \[(.*?)\](?:, onDelete: (\w+))?/;
      const [, fields, references, onDelete] = relation.exec(field.attributes) ?? [];
      if (!target || fields === undefined || references === undefined) return [];
      return {
        columns: columnsOf(model, fields),
        table: target.table,
        references: columnsOf(target, references),
        onDelete: deleteRules[onDelete ?? ''] ?? 'undeclared',
      };
    }),
  };
}

function columnsOf(model: Model, list: string): string[] {
  return list.split(',').map((item) => {
    const name = item.trim().replace(/\(.*$/, '');
    const field = model.fields.find((candidate) => candidate.name === name);
    if (!field) throw new Error(`${model.name} has no field ${name}`);
    return field.column;
  });
}

function typeOf(field: { name: string; type: string; attributes: string }): string {
  const native = /@db\.\w+(?:\(\d+\))?/.exec(field.attributes)?.[0];
  const type = typeNames[native ? `${field.type} ${native}` : field.type];
  if (!type) throw new Error(`Field ${field.name} has a type unknown to this test: ${field.type}`);
  return type;
}
