import { z } from 'zod';

/** WooCommerce sends strings; plugins send null, and a bare number for a postcode or a phone. */
const text = z.union([z.string(), z.null(), z.number()]);

const addressText = text.optional();

const addressFields = z.looseObject({
  first_name: addressText,
  last_name: addressText,
  company: addressText,
  address_1: addressText,
  address_2: addressText,
  city: addressText,
  state: addressText,
  postcode: addressText,
  country: addressText,
  email: addressText,
  phone: addressText,
});

/** PHP cannot tell an empty object from an empty list, and sends []. */
const phpEmpty = z.tuple([]);

const address = z.union([addressFields, phpEmpty, z.null()]);

const metaEntry = z.looseObject({
  id: z.union([z.int(), z.null()]).optional(),
  key: z.string(),
  value: z.unknown().optional(),
});

/** A PHP list with gaps becomes an object of its entries. */
const metaData = z.union([z.array(metaEntry), z.record(z.string(), metaEntry), z.null()]);

/** Plugins that save a checkbox as text. */
const flag = z.union([z.boolean(), z.literal(['yes', 'no', '1', '0', '', 1, 0]), z.null()]);

/** Dates are judged one by one: rubbish there is no reason to lose a customer. */
const date = z.unknown().optional();

/**
 * A row of wc/v3/customers: strict about the fields that we store, lenient about all others. A
 * field that WooCommerce always sends must be there, or a cut-down row would blank a customer.
 * The coercions named above are the only ones; `parseCustomer` carries them out.
 */
export const customerSchema = z.looseObject({
  id: z.int().positive(),
  email: text,
  username: text,
  first_name: text,
  last_name: text,
  role: text,
  billing: address,
  shipping: address,
  is_paying_customer: flag.optional(),
  avatar_url: text.optional(),
  /** Absent where the key does not belong to an administrator. */
  meta_data: metaData.optional(),
  date_created_gmt: date,
  date_modified_gmt: date,
});

export type CustomerRow = z.infer<typeof customerSchema>;
export type AddressRow = z.infer<typeof addressFields>;
