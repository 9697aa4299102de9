import {
  CHANGE_SOURCES,
  CUSTOMER_SORTS,
  CUSTOMER_STATUSES,
  lineText,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of `customer`. */

const customerName = {
  storeId: z.uuid(),
  wooId: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
};

export const customerInput = z.strictObject(customerName);
export const customerSchema = z.object({
  storeId: z.string(),
  wooId: z.number(),
  email: z.string().nullable(),
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: z.string(),
  billing: z.record(z.string(), z.unknown()),
  shipping: z.record(z.string(), z.unknown()),
  metaData: z.array(z.unknown()),
  extra: z.record(z.string(), z.unknown()),
  avatarUrl: z.string().nullable(),
  isPayingCustomer: z.boolean(),
  wooCreatedAt: z.date().nullable(),
  wooModifiedAt: z.date().nullable(),
  fetchedAt: z.date(),
  createdAt: z.date(),
  updatedAt: z.date(),
  deletedAt: z.date().nullable(),
});

export const refreshOutput = z.object({ runId: z.string(), message: z.string() });

export const historyInput = z.strictObject({
  ...customerName,
  cursor: z.string().max(1_000).optional(),
  limit: z.int().min(1).max(100).default(25),
});
export const historyOutput = z.object({
  items: z.array(
    z.object({
      at: z.date(),
      kind: z.enum(['created', 'updated', 'deleted', 'restored']),
      source: z.enum(CHANGE_SOURCES).nullable(),
      runId: z.string().nullable(),
      /** Null once retention removed the run; its changes are kept. */
      isRunKept: z.boolean(),
      changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export const facetsInput = z.strictObject({ storeId: z.uuid().optional() });
export const facetsOutput = z.object({
  roles: z.array(z.string()),
  countries: z.array(z.string()),
});

const filter = {
  /** Words that must all occur; `#17` for a WooCommerce id only. */
  q: z.union([z.literal(''), lineText(200)]).optional(),
  role: lineText(100).optional(),
  /** As the store sends it, such as `CH`. */
  country: lineText(100).optional(),
  /** `living` is the previous name of `active`. */
  status: z
    .enum([...CUSTOMER_STATUSES, 'living'])
    .default('active')
    .transform((status) => (status === 'living' ? 'active' : status)),
};

export const searchInput = z.strictObject({
  ...filter,
  storeId: z.uuid().optional(),
  paying: z.boolean().optional(),
  sort: z.enum(CUSTOMER_SORTS).default('changed'),
  cursor: z.string().max(2_000).optional(),
  limit: z.int().min(1).max(100).default(50),
});

/** Unchanged data, or a file in which no cell can start a formula. */
export const EXPORT_FORMATS = ['exact', 'spreadsheet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The query of the downloaded file; empty values are ignored. */
export const exportQuery = z.preprocess(
  (query) =>
    Object.fromEntries(
      Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== ''),
    ),
  z.strictObject({
    ...filter,
    store: z.uuid().optional(),
    paying: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
    format: z.enum(EXPORT_FORMATS).default('exact'),
  }),
);

export const searchOutput = z.object({
  items: z.array(
    z.object({
      storeId: z.string(),
      wooId: z.number(),
      email: z.string().nullable(),
      username: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      role: z.string(),
      company: z.string(),
      phone: z.string(),
      city: z.string(),
      country: z.string(),
      isPayingCustomer: z.boolean(),
      wooCreatedAt: z.date().nullable(),
      updatedAt: z.date(),
      deletedAt: z.date().nullable(),
    }),
  ),
  /** Null at the end. A page may be short or empty without being the last. */
  nextCursor: z.string().nullable(),
  /** What matched in each customer, for highlighting. */
  words: z.array(z.string()),
  /** Set on the first page only; a lower bound unless `isExact`. */
  total: z.object({ count: z.number(), isExact: z.boolean() }).nullable(),
  /** Suggested spellings, if nothing was found. */
  suggestion: z.string().nullable(),
});
