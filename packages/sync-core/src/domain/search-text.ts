import type { MappedCustomer } from './customer-mapping.ts';
import { foldText } from './fold-text.ts';

type Searched = Pick<
  MappedCustomer,
  'firstName' | 'lastName' | 'company' | 'email' | 'username' | 'city' | 'phone'
>;

/** Characters of a sort key. */
const LONGEST_SORT_NAME = 200;

/**
 * What a customer is searched by, folded: a space before each field, so that the beginning of a word can
 * be told, and the telephone number as its digits. `mantis.fill_search` says the same in the database.
 */
export function searchText(customer: Searched): string {
  const { firstName, lastName, company, email, username, city, phone } = customer;
  const text = ` ${firstName} ${lastName} ${company} ${email ?? ''} ${username} ${city}`;
  return `${foldText(text)} ${phone.replaceAll(/\D/g, '')}`;
}

/** What a list of names is sorted by, for customers without a name too. */
export function sortName({ firstName, lastName, company, email, username }: Searched): string {
  const name = `${lastName} ${firstName}`.replaceAll(/^ +| +$/g, '') || company;
  const folded = foldText(name || (email ?? username));
  return folded.length > LONGEST_SORT_NAME
    ? Array.from(folded).slice(0, LONGEST_SORT_NAME).join('')
    : folded;
}
