import type { SimKey } from './authenticate.ts';
import { allowedMethods } from './customer-record.ts';
import type { SimCustomer } from './customer-record.ts';
import { restError } from './rest-error.ts';
import type { RestError } from './rest-error.ts';

const refusals = {
  list: ['woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.'],
  view: ['woocommerce_rest_cannot_view', 'Sorry, you cannot view this resource.'],
  create: ['woocommerce_rest_cannot_create', 'Sorry, you are not allowed to create resources.'],
  edit: ['woocommerce_rest_cannot_edit', 'Sorry, you are not allowed to edit this resource.'],
  delete: ['woocommerce_rest_cannot_delete', 'Sorry, you are not allowed to delete this resource.'],
  batch: [
    'woocommerce_rest_cannot_batch',
    'Sorry, you are not allowed to batch manipulate this resource.',
  ],
} as const;

export type Right = keyof typeof refusals;

/** Whether the key's user may manage the shop. */
export function managesShop(key: SimKey | null): boolean {
  return key?.userRole === 'administrator' || key?.userRole === 'shop_manager';
}

/** 401 without a user, 403 without the right. */
export function refusal(key: SimKey | null, right: Right): RestError {
  const [code, message] = refusals[right];
  return restError(key ? 403 : 401, code, message);
}

/** Checks the right on a collection. */
export function checkRight(key: SimKey | null, right: Right): RestError | null {
  return managesShop(key) ? null : refusal(key, right);
}

/** Checks the right on one user: an administrator's row can be read and changed but not deleted. */
export function checkCustomerRight(
  key: SimKey | null,
  customer: SimCustomer,
  right: 'view' | 'edit' | 'delete',
): RestError | null {
  const method = { view: 'GET', edit: 'PUT', delete: 'DELETE' }[right];
  return allowedMethods(key?.userRole ?? '', customer).includes(method)
    ? null
    : refusal(key, right);
}
