import { Readable } from 'node:stream';
import type { ExportedCustomer } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import { fromNodeHeaders } from 'better-auth/node';
import { stringify } from 'csv-stringify/sync';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type ContextDeps, createContext } from '../context.ts';
import { type ExportFormat, exportQuery } from '../schemas/customer-schemas.ts';
import { guardFormulas } from './guard-formulas.ts';
import { logFailure } from './handle-errors.ts';
import { requireReadAccess } from './require-identity.ts';

export const EXPORT_PATH = '/api/v1/customers/export.csv';

interface Format {
  /** The first bytes of the file. */
  start: string;
  toCell(this: void, value: unknown): unknown;
}

/** The two formats: exact data for programs, and data that is safe to open in a spreadsheet. */
const FORMATS: Record<ExportFormat, Format> = {
  exact: { start: '', toCell: (value) => value },
  // Excel detects UTF-8 by a byte order mark.
  spreadsheet: {
    start: '\uFEFF',
    toCell: (value) => (typeof value === 'string' ? guardFormulas(value) : value),
  },
};

/** The columns of the file, in order. */
const COLUMNS: Record<
  string,
  (row: ExportedCustomer, storeNames: ReadonlyMap<string, string>) => unknown
> = {
  store: ({ storeId }, storeNames) => storeNames.get(storeId),
  store_id: ({ storeId }) => storeId,
  woo_id: ({ wooId }) => wooId,
  email: ({ email }) => email,
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  company: ({ company }) => company,
  username: ({ username }) => username,
  role: ({ role }) => role,
  phone: ({ phone }) => phone,
  city: ({ city }) => city,
  country: ({ country }) => country,
  paying: ({ isPayingCustomer }) => String(isPayingCustomer),
  created_in_store_at: ({ wooCreatedAt }) => wooCreatedAt?.toISOString(),
  changed_at: ({ updatedAt }) => updatedAt.toISOString(),
  deleted_at: ({ deletedAt }) => deletedAt?.toISOString(),
  // Behind the others: programs may read the columns by their place.
  ...addressColumns('billing', ['address_1', 'address_2', 'postcode', 'state']),
  ...addressColumns('shipping', [
    'first_name',
    'last_name',
    'company',
    'address_1',
    'address_2',
    'city',
    'postcode',
    'state',
    'country',
  ]),
};

/** Fields of an address that have no column of their own. */
function addressColumns(
  address: 'billing' | 'shipping',
  fields: readonly string[],
): Record<string, (row: ExportedCustomer) => unknown> {
  return Object.fromEntries(
    fields.map((field) => [`${address}_${field}`, (row) => row[address][field]]),
  );
}

/**
 * Streams matching customers as a file, read page by page as fast as the client accepts it. A failure after
 * the first byte ends the connection early: otherwise an incomplete file would look complete.
 */
export function exportRoutes(deps: ContextDeps & { log: Logger }) {
  return function register(app: FastifyInstance, _options: object, done: () => void): void {
    app.get(EXPORT_PATH, { exposeHeadRoute: false }, async (request, reply) => {
      const context = createContext(deps, request.id, fromNodeHeaders(request.headers));
      const caller = await requireReadAccess(context);
      const asked = exportQuery.safeParse(request.query);
      if (!asked.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: asked.error });
      const { store: storeId, format, ...filter } = asked.data;
      const stores = await context.stores.list(caller);
      const names = new Map(stores.map(({ id, name }) => [id, name]));
      const pages = context.customers.walk(caller, { ...filter, storeId });
      // A failure before the first byte gets the usual error response.
      const first = await pages.next();
      const file = Readable.from(textOf(first, pages, names, FORMATS[format]), {
        highWaterMark: 1,
      });
      file.once('error', (error) =>
        logFailure(deps.log, error, { requestId: request.id, path: EXPORT_PATH }),
      );
      // Downloads of customer data are logged; the filter is not.
      const { orgId, actor } = caller;
      const by = { actorType: actor.type, actorId: actor.id };
      deps.log.info({ requestId: request.id, orgId, ...by }, 'customers exported');
      const day = new Date().toISOString().slice(0, 10);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="customers-${day}.csv"`)
        .send(file);
    });
    done();
  };
}

async function* textOf(
  first: IteratorResult<ExportedCustomer[]>,
  rest: AsyncGenerator<ExportedCustomer[]>,
  names: ReadonlyMap<string, string>,
  { start, toCell }: Format,
): AsyncGenerator<string> {
  yield `${start}${lines([Object.keys(COLUMNS)])}`;
  if (!first.done) yield* chunk(first.value, names, toCell);
  for await (const rows of rest) yield* chunk(rows, names, toCell);
}

/** A page may be empty; an empty chunk would look like the end. */
function* chunk(
  rows: readonly ExportedCustomer[],
  names: ReadonlyMap<string, string>,
  toCell: Format['toCell'],
) {
  const cells = rows.map((row) => Object.values(COLUMNS).map((read) => toCell(read(row, names))));
  if (cells.length > 0) yield lines(cells);
}

/** RFC 4180. */
function lines(cells: readonly (readonly unknown[])[]): string {
  return stringify(
    cells.map((row) => [...row]),
    { record_delimiter: 'windows' },
  );
}
