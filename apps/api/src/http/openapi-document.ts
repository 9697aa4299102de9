import { CUSTOMER_STATUSES } from '@mantis-sync/sync-core';
import { EXPORT_FORMATS } from '../schemas/customer-schemas.ts';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { errorAnswer, syncAnswer, syncRequest } from '../schemas/integration-schemas.ts';
import { CUSTOMER_COLUMNS, EXPORT_PATH } from './export-routes.ts';
import { SYNC_PATH } from './integration-routes.ts';
import { RUN_FILES, type RunFileName, runFilePath } from './run-file-routes.ts';

const EXAMPLE_ID = '2f1e8d54-5c1f-4d0c-9d7e-3b6a0c9f4e11';

/** All error responses of the plain endpoints. */
const REFUSALS = {
  400: 'The body is invalid; `issues` lists the problems.',
  401: 'The key or session is missing or invalid.',
  403: 'The caller lacks access, belongs to another organisation than `org_id`, or the request comes from another site’s page.',
  404: 'The run or store does not exist.',
  409: 'The current state does not allow it, as for a paused store; `code` says why.',
  413: 'The body is larger than 1 MB.',
  415: 'The body is not JSON.',
  429: 'The organisation made too many calls, or starts, within one minute.',
  500: 'An internal error: report `request_id` to the operator of Mantis Sync.',
  503: 'The database is unavailable; nothing is lost.',
};

/** Error responses of the customer file, which has no body and names no organisation. */
const EXPORT_REFUSALS = {
  400: 'The query is invalid; `issues` lists the problems.',
  401: REFUSALS[401],
  403: 'The session has no organisation, or no read access.',
  429: 'The organisation made too many calls within one minute.',
  500: REFUSALS[500],
  503: REFUSALS[503],
};

/** Error responses of the files of a run. */
const RUN_FILE_REFUSALS = {
  ...EXPORT_REFUSALS,
  400: 'The id of the run is invalid; `issues` lists the problems.',
  404: 'The run does not exist, or belongs to another organisation.',
};

/** Responses with Retry-After. */
const LATER = new Set(['429', '503']);

/** The OpenAPI 3.1 document of the plain endpoints, generated from their schemas. */
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
      [runFilePath('activity', '{runId}')]: {
        get: runFileOperation('activity', {
          operationId: 'exportActivity',
          summary: 'Download the activity of a run as CSV',
          description: 'What happened in the run, oldest first.',
        }),
      },
      [runFilePath('failures', '{runId}')]: {
        get: runFileOperation('failures', {
          operationId: 'exportFailures',
          summary: 'Download the failed customers of a run as CSV',
          description: 'Each failed customer with the reason, the likely cause and the fix.',
        }),
      },
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
          description: 'An API key; the word Bearer is optional.',
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
    summary: 'Start, read, retry or force done a run',
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
      202: answer('The run, after start; workers process it.', 'SyncAnswer'),
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
      'All matching customers of the organisation with their addresses, by store and id. Needs the scope read. A file without the last chunk of the transfer is incomplete.',
    parameters: [
      parameter('q', 'Words that must all occur; `#17` is a WooCommerce id.', text(200)),
      parameter('store', 'Of this store only.', { type: 'string', format: 'uuid' }),
      parameter('role', 'With this role only.', text(100)),
      parameter('country', 'As the store sends it, such as `CH`.', text(100)),
      parameter('paying', 'Whether they have paid for an order.', { type: 'boolean' }),
      parameter('status', 'Active customers, deleted ones, or both.', {
        type: 'string',
        enum: [...CUSTOMER_STATUSES],
        default: 'active',
      }),
      parameter(
        'format',
        '`exact` is the unchanged data. `spreadsheet` has a byte order mark and an apostrophe before each sign that could start a formula.',
        { type: 'string', enum: [...EXPORT_FORMATS], default: 'exact' },
      ),
    ],
    responses: {
      200: csvAnswer(CUSTOMER_COLUMNS),
      ...refusals(EXPORT_REFUSALS),
    },
  };
}

function runFileOperation(
  name: RunFileName,
  about: { operationId: string; summary: string; description: string },
): object {
  return {
    ...about,
    description: `${about.description} Begins with a byte order mark, and has an apostrophe before each sign that could start a formula. Needs the scope read. A file without the last chunk of the transfer is incomplete.`,
    parameters: [
      {
        name: 'runId',
        in: 'path',
        required: true,
        description: 'Id of the run.',
        schema: { type: 'string', format: 'uuid' },
      },
    ],
    responses: {
      200: csvAnswer(Object.keys(RUN_FILES[name].columns)),
      ...refusals(RUN_FILE_REFUSALS),
    },
  };
}

function parameter(name: string, description: string, schema: object): object {
  return { name, in: 'query', description, schema };
}

function csvAnswer(columns: readonly string[]): object {
  return {
    description: `The file, UTF-8, with a header line. Columns: ${columns.join(', ')}.`,
    headers: {
      'Content-Disposition': {
        description: 'The name of the file.',
        schema: { type: 'string' },
      },
    },
    content: { 'text/csv': { schema: { type: 'string' } } },
  };
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

/** These schemas and the ones they refer to, by id. */
function toSchemas(io: 'input' | 'output', schemas: [z.ZodType, ...z.ZodType[]]): object {
  const { $defs } = z.toJSONSchema(z.tuple(schemas), {
    io,
    override({ jsonSchema }) {
      // The format is given; the pattern of a date is longer than the rest of its schema.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // Responses may gain fields.
      if (io === 'output') delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify($defs).replaceAll('#/$defs/', '#/components/schemas/');
  return JSON.parse(text) as object;
}
