import type { ExportedCustomer } from '@mantis-sync/sync-core';
import { TRPCError } from '@trpc/server';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type ContextDeps, createContext } from '../context.ts';
import { exportQuery } from '../schemas/customer-schemas.ts';
import { requireReadAccess } from './require-identity.ts';
import { sendCsv } from './send-csv.ts';

export const EXPORT_PATH = '/api/v1/customers/export.csv';

/** The columns of the file, in order, behind the name of the store. */
const COLUMNS: Record<string, (row: ExportedCustomer) => unknown> = {
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

/** The names of all columns, in order. */
export const CUSTOMER_COLUMNS = ['store', ...Object.keys(COLUMNS)];

/** Fields of an address that have no column of their own. */
function addressColumns(
  address: 'billing' | 'shipping',
  fields: readonly string[],
): Record<string, (row: ExportedCustomer) => unknown> {
  return Object.fromEntries(
    fields.map((field) => [`${address}_${field}`, (row) => row[address][field]]),
  );
}

/** Streams matching customers as a file. */
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
      await sendCsv(request, reply, deps.log, {
        name: `customers-${new Date().toISOString().slice(0, 10)}.csv`,
        columns: { store: (row: ExportedCustomer) => names.get(row.storeId), ...COLUMNS },
        pages: context.customers.walk(caller, { ...filter, storeId }),
        format,
      });
      // Downloads of customer data are logged; the filter is not.
      const { orgId, actor } = caller;
      const by = { actorType: actor.type, actorId: actor.id };
      deps.log.info({ requestId: request.id, orgId, ...by }, 'customers exported');
      return reply;
    });
    done();
  };
}
