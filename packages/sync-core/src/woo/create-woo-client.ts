import { type ActivePage, readActivePage, reportPageSize } from './active-customers.ts';
import {
  type CustomerAnswer,
  type CustomerPage,
  readCustomer,
  readCustomerPage,
  readObject,
} from './customer-page.ts';
import type { StoreAnswer } from './send-request.ts';
import { assertKeysAreSafe } from './store-request.ts';
import { createStoreTransport, type StoreTransportOptions } from './store-transport.ts';
import { WooError } from './woo-error.ts';

export type WooClientOptions = StoreTransportOptions;

/** WooCommerce's maximum for rows per page and ids per `include`. */
export const maxPerPage = 100;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ManyOptions extends RequestOptions {
  /** A WordPress role, or `all` (the default). */
  readonly role?: string | undefined;
}

export interface ListCustomersQuery extends ManyOptions {
  /** Rows to skip, from 0. */
  readonly offset: number;
  /** 1 to 100. */
  readonly perPage: number;
  /** By id; ascending by default. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** Called after the response headers; the page is read once it resolves. */
  readonly beforeBody?: (() => Promise<void>) | undefined;
}

export interface ListActiveQuery extends RequestOptions {
  /** Active after this time; the store rounds to whole days. */
  readonly after: Date;
  /** From 1. */
  readonly page: number;
}

export interface ListOrdersQuery extends RequestOptions {
  /** Changed after this time; all orders if omitted. */
  readonly modifiedAfter: Date | null;
  /** Rows to skip, from 0. */
  readonly offset: number;
  /** 1 to 100. */
  readonly perPage: number;
}

export interface WooClient {
  /** One page, ordered by id. */
  listCustomers(query: ListCustomersQuery): Promise<CustomerPage>;
  /** The existing customers among the given ids (at most 100), by ascending id. No ids: no request. */
  fetchCustomers(ids: readonly number[], options?: ManyOptions): Promise<CustomerPage>;
  fetchCustomer(id: number, options?: RequestOptions): Promise<CustomerAnswer>;
  /** A page of the analytics report: customers with an account that were active after a time. */
  listActive(query: ListActiveQuery): Promise<ActivePage>;
  /**
   * A page of orders: the customer's details and times only. All orders come by ascending id; changed orders
   * by descending modification, since old versions of WooCommerce ignore `modified_after`.
   */
  listOrders(query: ListOrdersQuery): Promise<CustomerPage>;
  /** The index of the REST API, requested without credentials. */
  readIndex(options?: RequestOptions): Promise<Record<string, unknown>>;
  /** WooCommerce's system status; requires a key of an administrator or a shop manager. */
  systemStatus(options?: RequestOptions): Promise<Record<string, unknown>>;
  /** Closes keep-alive connections, unless the dispatcher was passed in. */
  close(): Promise<void>;
}

/**
 * Creates a client of one WooCommerce store (wc/v3). Every method throws WooError, or the reason of the
 * caller's aborted signal. Rows are returned as sent.
 * @throws WooError plain_http_keys if the keys would be sent unencrypted.
 */
export function createWooClient(options: WooClientOptions): WooClient {
  assertKeysAreSafe(options);
  const store = createStoreTransport(options);

  function page(
    query: Record<string, string>,
    call: Pick<ListCustomersQuery, 'signal' | 'beforeBody'>,
  ) {
    return store.send({ ...call, route: '/wc/v3/customers', query, read: readCustomerPage });
  }

  return {
    listCustomers({ offset, perPage, order = 'asc', role, signal, beforeBody }) {
      const query = { ...pageQuery(perPage, role), order, offset: String(offset) };
      return page(query, { signal, beforeBody });
    },
    listActive({ after, page: number, signal }) {
      const query = {
        last_active_after: after.toISOString(),
        per_page: String(reportPageSize),
        page: String(number),
      };
      const read = (answer: StoreAnswer, now: number) => readActivePage(answer, now, number);
      return store.send({ route: '/wc-analytics/reports/customers', query, signal, read });
    },
    async fetchCustomers(ids, { role, signal } = {}) {
      const include = [...new Set(ids)];
      if (include.length > maxPerPage) throw new RangeError('at most 100 ids at a time');
      // An empty include= would return all customers.
      if (include.length === 0) return emptyPage;
      return page({ ...pageQuery(maxPerPage, role), include: include.join(',') }, { signal });
    },
    async fetchCustomer(id, { signal } = {}) {
      try {
        return await store.send({
          route: `/wc/v3/customers/${id}`,
          query: {},
          signal,
          read: readCustomer,
        });
      } catch (error) {
        if (error instanceof WooError && error.code === 'not_found' && error.reading)
          return { row: null, storeDate: error.storeDate, reading: error.reading };
        throw error;
      }
    },
    listOrders({ modifiedAfter, offset, perPage, signal }) {
      const query = {
        per_page: String(perPage),
        offset: String(offset),
        ...(modifiedAfter === null
          ? { orderby: 'id', order: 'asc' }
          : { orderby: 'modified', order: 'desc' }),
        _fields: 'id,status,customer_id,billing,date_created_gmt,date_modified_gmt',
        ...(modifiedAfter && {
          modified_after: modifiedAfter.toISOString().slice(0, 19),
          dates_are_gmt: 'true',
        }),
      };
      return store.send({ route: '/wc/v3/orders', query, signal, read: readCustomerPage });
    },
    readIndex({ signal } = {}) {
      const query = { _fields: 'name,home,url,namespaces' };
      return store.send({ route: '/', query, anonymous: true, signal, read: readObject });
    },
    systemStatus({ signal } = {}) {
      const query = { _fields: 'environment' };
      return store.send({ route: '/wc/v3/system_status', query, signal, read: readObject });
    },
    close: () => store.close(),
  };
}

function pageQuery(perPage: number, role = 'all'): Record<string, string> {
  return { per_page: String(perPage), orderby: 'id', order: 'asc', role };
}

const emptyPage: CustomerPage = {
  rows: [],
  reading: { beganAt: new Date(0), endedAt: new Date(0) },
  total: 0,
  totalPages: 0,
  storeDate: null,
  warnings: [],
  bytes: 0,
  durationMs: 0,
};
