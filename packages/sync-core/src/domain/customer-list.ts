/** `changed` is the newest change first, `name` is A to Z; each has its reverse. */
export const CUSTOMER_SORTS = ['changed', 'changed_asc', 'name', 'name_desc'] as const;
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];
export const CUSTOMER_STATUSES = ['active', 'deleted', 'all'] as const;
export type CustomerStatus = (typeof CUSTOMER_STATUSES)[number];

/** Filter of a customer list; omitted fields match everything. */
export interface CustomerFilter {
  storeId?: string | undefined;
  role?: string | undefined;
  /** As the store sends it, such as `CH`. */
  country?: string | undefined;
  paying?: boolean | undefined;
  status: CustomerStatus;
}

/** Each text must occur in name, company, email, username, city or telephone number. */
export interface CustomerSearch extends CustomerFilter {
  q?: string | undefined;
}

/** A customer in a list. */
export interface CustomerRow {
  storeId: string;
  wooId: number;
  email: string | null;
  username: string;
  firstName: string;
  lastName: string;
  role: string;
  company: string;
  phone: string;
  city: string;
  country: string;
  isPayingCustomer: boolean;
  wooCreatedAt: Date | null;
  updatedAt: Date;
  deletedAt: Date | null;
}

/** A customer in a file, with the addresses as WooCommerce names their fields. */
export interface ExportedCustomer extends CustomerRow {
  billing: Readonly<Record<string, string>>;
  shipping: Readonly<Record<string, string>>;
}
