import { formatRegion } from './format.ts';
import type { CustomerItem } from '../api/trpc.ts';

/** The display name of a customer, or the best replacement. */
export function nameOf(
  customer: Pick<
    CustomerItem,
    'firstName' | 'lastName' | 'company' | 'email' | 'username' | 'wooId'
  >,
): string {
  const { firstName, lastName, company, email, username, wooId } = customer;
  return `${firstName} ${lastName}`.trim() || company || email || username || `#${wooId}`;
}

/** `Switzerland` for `CH`; other values stay as the store sends them. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? formatRegion(code) : code;
}

/** `Shop manager` for `shop_manager`. */
export function roleWord(role: string): string {
  return capital(role.replaceAll(/[_-]+/g, ' ').trim());
}

const labels: Record<string, string> = {
  avatar_url: 'Picture',
  email: 'Email',
  is_paying_customer: 'Paying',
  username: 'Username',
  'billing.email': 'Billing email',
};

/** `Billing address 1` for `billing.address_1`: the label of a customer's field. */
export function fieldLabel(field: string): string {
  if (field.startsWith('meta.')) return `Meta: ${field.slice('meta.'.length)}`;
  if (field.startsWith('extra.')) return field.slice('extra.'.length);
  return labels[field] ?? capital(field.replaceAll(/[._]+/g, ' '));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why a customer failed, with the label of the field: `Email: expected text` for `email: expected text`. */
export function failureText(message: string): string {
  return message.replace(/^[\w.?]+(?=: expected )/, fieldLabel);
}
