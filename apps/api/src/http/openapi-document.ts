import { CUSTOMER_STATUSES } from '@mantis-sync/sync-core';
import { EXPORT_FORMATS } from '../schemas/customer-schemas.ts';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { errorAnswer, syncAnswer, syncRequest } from '../schemas/integration-schemas.ts';
import { EXPORT_PATH } from './export-routes.ts';
import { SYNC_PATH } from './integration-routes.ts';

const EXAMPLE_ID = '2f1e8d54-5c1f-4d0c-9d7e-3b6a0c9f4e11';

/** Every refusal that a plain endpoint may answer, and when. */
const REFUSALS = {
  400: 'The body is not what this takes; `issues` names each place.',
  401: 'No key or session, or one that is not valid.',
  403: 'May not do this, is of another organisation than `org_id`, or a page of another site asks.',
  404: 'There is no such run or store.',
  409: 'It cannot be done as things stand, as with a paused store; `code` says why.',
  413: 'The body is larger than 1 MB.',
  415: 'The body is not JSON.',
  429: 'Too many calls, or starts, of the organisation in this minute.',
  500: 'Our fault: give `request_id` to whoever runs Mantis Sync.',
  503: 'The database does not answer; nothing is lost.',
};

/** Those of the file of customers, which has no body and names no organisation. */
const EXPORT_REFUSALS = {
  400: 'The query is not what this takes; `issues` names each place.',
  401: REFUSALS[401],
  403: 'The session is of no organisation, or may not read.',
  429: 'Too many calls of the organisation in this minute.',
  500: REFUSALS[500],
  503: REFUSALS[503],
};

/** Those that say when to come again. */
const LATER = new Set(['429', '503']);

/** The OpenAPI 3.1 document of the plain endpoints, from the schemas by which they read and answer. */
export function openApiDocument(publicUrl: string): object {
  const isHttps = publicUrl.startsWith('https:');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mantis Sync',
      version: packageJson.version,
      description:
        'WooCommerce customers into PostgreSQL: the plain HTTP endpoints. The typed API is tRPC, below /trpc.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }, { apiKey: [] }, { session: [] }],
    paths: {
      [SYNC_PATH]: { post: syncOperation() },
      [EXPORT_PATH]: { get: exportOperation() },
    },
    components: {
      schemas: {
        ...toSchemas('input', [syncRequest]),
        ...toSchemas('output', [syncAnswer, errorAnswer]),
      },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key; without the word Bearer it is taken too.',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: `${isHttps ? '__Secure-' : ''}mantis.session_token`,
        },
      },
    },
  };
}

function syncOperation(): object {
  return {
    operationId: 'syncCustomers',
    summary: 'Start, look at, retry or force done a run',
    description:
      'The four actions of `sync`, with their rules of access: status needs the scope read, the others operate.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/SyncRequest' },
          example: { action: 'start', org_id: EXAMPLE_ID, config: { kind: 'delta' } },
        },
      },
    },
    responses: {
      200: answer('The run, after status, retry and force-done.', 'SyncAnswer'),
      202: answer('The run, after start: it is the workers’ from here.', 'SyncAnswer'),
      ...refusals(REFUSALS),
    },
  };
}

function exportOperation(): object {
  const text = (maxLength: number) => ({ type: 'string', maxLength });
  return {
    operationId: 'exportCustomers',
    summary: 'Download customers as CSV',
    description:
      'All customers of the organisation that fit, by store and number. Needs the scope read. A file that breaks off, without the last chunk of the transfer, is not whole.',
    parameters: [
      parameter('q', 'Words that all have to occur; `#17` is a number of the store.', text(200)),
      parameter('store', 'Of this store alone.', { type: 'string', format: 'uuid' }),
      parameter('role', 'Of this role alone.', text(100)),
      parameter('country', 'As the store writes it, such as `CH`.', text(100)),
      parameter('paying', 'Whether they have paid for something.', { type: 'boolean' }),
      parameter('status', 'Those that the store still has, those it deleted, or both.', {
        type: 'string',
        enum: [...CUSTOMER_STATUSES],
        default: 'living',
      }),
      parameter(
        'format',
        '`exact` is the data as it is. `spreadsheet` has a byte order mark and an apostrophe before each sign that could start a formula.',
        { type: 'string', enum: [...EXPORT_FORMATS], default: 'exact' },
      ),
    ],
    responses: {
      200: {
        description: 'The file, UTF-8, with a line of headings.',
        content: { 'text/csv': { schema: { type: 'string' } } },
      },
      ...refusals(EXPORT_REFUSALS),
    },
  };
}

function parameter(name: string, description: string, schema: object): object {
  return { name, in: 'query', description, schema };
}

function refusals(reasons: Record<string, string>): Record<string, object> {
  const headers = {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  };
  return Object.fromEntries(
    Object.entries(reasons).map(([status, when]) => [
      status,
      { ...answer(when, 'Error'), ...(LATER.has(status) && { headers }) },
    ]),
  );
}

function answer(description: string, schema: string): object {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
  return { description, content };
}

/** These schemas and those that they name, by their ids. */
function toSchemas(io: 'input' | 'output', schemas: [z.ZodType, ...z.ZodType[]]): object {
  const { $defs } = z.toJSONSchema(z.tuple(schemas), {
    io,
    override({ jsonSchema }) {
      // The format says it; the expression for a date is longer than the rest of its schema.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // Answers may gain fields.
      if (io === 'output') delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify($defs).replaceAll('#/$defs/', '#/components/schemas/');
  return JSON.parse(text) as object;
}
