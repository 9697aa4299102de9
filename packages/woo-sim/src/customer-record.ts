import { hash } from 'node:crypto';
import { storeText } from './store-time.ts';

export interface ShippingAddress {
  first_name: string;
  last_name: string;
  company: string;
  address_1: string;
  address_2: string;
  city: string;
  postcode: string;
  country: string;
  state: string;
  phone: string;
}
export interface BillingAddress extends ShippingAddress {
  email: string;
}
export interface MetaDatum {
  id: number;
  key: string;
  value: unknown;
}

/** One WordPress user of the simulated store. Dates are GMT, `2026-11-24T02:29:37`. */
export interface SimCustomer {
  id: number;
  date_created_gmt: string | null;
  /** Null until the profile is changed for the first time (user meta `last_update`). */
  date_modified_gmt: string | null;
  email: string;
  first_name: string;
  last_name: string;
  /** The API reports the first one, or `customer` if there is none; `role=` matches any of them. */
  roles: readonly string[];
  username: string;
  /** The sort key of `orderby=name`: neither unique nor stable. */
  display_name: string;
  billing: BillingAddress;
  shipping: ShippingAddress;
  is_paying_customer: boolean;
  meta_data: readonly MetaDatum[];
  /** For the analytics report only. */
  last_active_gmt: string | null;
  last_order_gmt: string | null;
  orders_count: number;
  total_spend: number;
}

/** The reader of a row: administrators see `meta_data`, others do not; the hints depend on the rights. */
export interface Viewer {
  role: string;
  seesMetaData: boolean;
  home: string;
  restUrl(route: string): string;
}

export type CustomerRow = Record<string, unknown>;

export const emptyShipping: ShippingAddress = Object.freeze({
  first_name: '',
  last_name: '',
  company: '',
  address_1: '',
  address_2: '',
  city: '',
  postcode: '',
  country: '',
  state: '',
  phone: '',
});
export const emptyBilling: BillingAddress = Object.freeze({ ...emptyShipping, email: '' });

/** The role that the API reports. */
export function reportedRole(customer: Pick<SimCustomer, 'roles'>): string {
  return customer.roles[0] ?? 'customer';
}

/**
 * The methods that a viewer may use on one user, in the order of the `Allow` header: only roles
 * `customer` and `subscriber` can be deleted, and only by an administrator; a shop manager edits
 * only those two.
 */
export function allowedMethods(viewerRole: string, customer: Pick<SimCustomer, 'roles'>): string[] {
  if (viewerRole !== 'administrator' && viewerRole !== 'shop_manager') return [];
  const plain = ['customer', 'subscriber'].includes(reportedRole(customer));
  if (viewerRole === 'shop_manager') return plain ? ['GET', 'POST', 'PUT', 'PATCH'] : ['GET'];
  return plain ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : ['GET', 'POST', 'PUT', 'PATCH'];
}

/**
 * The row as wc/v3 prints it: fields, order and links of the recordings. A deleted customer
 * (`hints: false`) has no hints of allowed methods.
 */
export function customerRow(
  customer: SimCustomer,
  viewer: Viewer,
  { hints = true }: { hints?: boolean } = {},
): CustomerRow {
  const row: CustomerRow = {
    id: customer.id,
    date_created: storeText(customer.date_created_gmt),
    date_created_gmt: customer.date_created_gmt,
    date_modified: storeText(customer.date_modified_gmt),
    date_modified_gmt: customer.date_modified_gmt,
    email: customer.email,
    first_name: customer.first_name,
    last_name: customer.last_name,
    role: reportedRole(customer),
    username: customer.username,
    billing: billingRow(customer.billing),
    shipping: shippingRow(customer.shipping),
    is_paying_customer: customer.is_paying_customer,
    avatar_url: avatarUrl(customer.email),
  };
  if (viewer.seesMetaData) row['meta_data'] = customer.meta_data;
  row['_links'] = {
    self: [
      {
        href: viewer.restUrl(`/wc/v3/customers/${customer.id}`),
        ...(hints ? { targetHints: { allow: allowedMethods(viewer.role, customer) } } : {}),
      },
    ],
    collection: [{ href: viewer.restUrl('/wc/v3/customers') }],
  };
  return row;
}

function avatarUrl(email: string): string {
  const address = email.trim().toLowerCase();
  const digest = address === '' ? '' : hash('sha256', address);
  return `https://secure.gravatar.com/avatar/${digest}?s=96&d=mm&r=g`;
}

function billingRow(address: BillingAddress): BillingAddress {
  const { phone, ...rest } = shippingRow(address);
  return { ...rest, email: address.email, phone };
}

function shippingRow(address: ShippingAddress): ShippingAddress {
  return {
    first_name: address.first_name,
    last_name: address.last_name,
    company: address.company,
    address_1: address.address_1,
    address_2: address.address_2,
    city: address.city,
    postcode: address.postcode,
    country: address.country,
    state: address.state,
    phone: address.phone,
  };
}
