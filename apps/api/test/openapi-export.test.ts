import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { CUSTOMER_COLUMNS, EXPORT_PATH } from '../src/http/export-routes.ts';
import { openApiDocument } from '../src/http/openapi-document.ts';
import { RUN_FILES } from '../src/http/run-file-routes.ts';
import { exportQuery } from '../src/schemas/customer-schemas.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description: string;
  schema: { type: string; default?: unknown };
}

interface Operation {
  parameters: Parameter[];
  responses: Record<string, { description: string; content: Record<string, object> }>;
}

const { paths } = openApiDocument('https://sync.example.com') as {
  paths: Record<string, { get: Operation }>;
};
const { parameters } = paths[EXPORT_PATH]!.get;

const accepts = (query: Record<string, string>) => exportQuery.safeParse(query).success;

/** What a client may send according to the document; query values are texts, from which types are parsed. */
function documentAccepts({ schema }: Parameter, text: string): boolean {
  const ajv = addFormats.default(new Ajv2020({ coerceTypes: true }));
  return ajv.validate({ type: 'object', properties: { value: schema } }, { value: text });
}

const UUID = '2f1e8d54-5c1f-4d0c-9d7e-3b6a0c9f4e11';
const SAMPLES: Record<string, { good: string[]; bad: string[] }> = {
  q: { good: ['zoe', '#17', 'x'.repeat(200)], bad: ['x'.repeat(201)] },
  store: { good: [UUID], bad: ['Shop', '1', `${UUID}0`] },
  role: { good: ['customer', 'x'.repeat(100)], bad: ['x'.repeat(101)] },
  country: { good: ['CH', 'x'.repeat(100)], bad: ['x'.repeat(101)] },
  paying: { good: ['true', 'false'], bad: ['yes', '2'] },
  status: { good: ['active', 'deleted', 'all'], bad: ['dead', 'ACTIVE'] },
  format: { good: ['exact', 'spreadsheet'], bad: ['csv', 'EXACT'] },
};

describe('the document of the customer file matches the query’s schema:', () => {
  test('it names every field, and none besides', () => {
    // The schema refuses what it does not know, and names it.
    const all = Object.fromEntries(
      Object.keys(SAMPLES).map((name) => [name, SAMPLES[name]!.good[0]!]),
    );
    expect(exportQuery.safeParse(all)).toMatchObject({ success: true });
    expect(accepts({ ...all, since: 'today' })).toBe(false);
    const read = exportQuery.parse(all) as object;
    expect(parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(read).toSorted());
    for (const parameter of parameters) {
      expect(parameter).toMatchObject({ in: 'query', description: expect.stringMatching(/\.$/) });
      expect(parameter.required ?? false).toBe(false);
    }
  });

  test('the previous name of active customers is still accepted', () => {
    expect(exportQuery.parse({ status: 'living' })).toMatchObject({ status: 'active' });
  });

  test.each(parameters)('the document and the query validate $name equally', (parameter) => {
    const { good, bad } = SAMPLES[parameter.name]!;
    for (const text of [...good, ...bad]) {
      const said = [text, accepts({ [parameter.name]: text }), documentAccepts(parameter, text)];
      expect(said).toEqual([text, good.includes(text), good.includes(text)]);
    }
  });

  test('omitted values have the same default', () => {
    const reported = parameters.flatMap(({ name, schema }) =>
      schema.default === undefined ? [] : [[name, schema.default] as const],
    );
    expect(exportQuery.parse({})).toEqual(Object.fromEntries(reported));
  });
});

describe('the document names every CSV file:', () => {
  const REFUSED = ['400', '401', '403', '429', '500', '503'];

  test.each([
    [EXPORT_PATH, CUSTOMER_COLUMNS, REFUSED],
    [
      '/api/v1/runs/{runId}/activity.csv',
      Object.keys(RUN_FILES.activity.columns),
      [...REFUSED, '404'],
    ],
    [
      '/api/v1/runs/{runId}/failures.csv',
      Object.keys(RUN_FILES.failures.columns),
      [...REFUSED, '404'],
    ],
  ])('%s with its media type, columns and errors', (path, columns, refused) => {
    const { 200: file, ...errors } = paths[path]!.get.responses;
    expect(file!.content).toEqual({ 'text/csv': { schema: { type: 'string' } } });
    expect(file!.description).toContain(`Columns: ${columns.join(', ')}.`);
    expect(Object.keys(errors).toSorted()).toEqual(refused.toSorted());
    for (const { content } of Object.values(errors))
      expect(content).toEqual({
        'application/json': { schema: { $ref: '#/components/schemas/Error' } },
      });
  });

  test('no other path ends in .csv, and each {name} of a path is a parameter', () => {
    const files = Object.keys(paths).filter((path) => path.endsWith('.csv'));
    expect(files).toHaveLength(1 + Object.keys(RUN_FILES).length);
    for (const path of files) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = paths[path]!.get.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });
});
