import type { MappedCustomer } from './customer-mapping.ts';
import { foldText } from './fold-text.ts';

type Searched = Pick<
  MappedCustomer,
  'firstName' | 'lastName' | 'company' | 'email' | 'username' | 'city' | 'phone'
>;

/** Characters of a sort key. */
const LONGEST_SORT_NAME = 200;

/**
 * The normalised search text of a customer: a space before each field marks the beginning of a word, and the
 * telephone number consists of digits only. `mantis.fill_search` does the same in the database.
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
