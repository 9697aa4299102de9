import { expect, test } from 'vitest';
import { searchText, sortName } from './search-text.ts';

const customer = {
  firstName: 'Zoé',
  lastName: 'Müller',
  company: 'Käse & Söhne',
  email: 'Zoe@Shop.test',
  username: 'zoe',
  city: 'Zürich',
  phone: '+41 (0)79 123-45-67',
};

test('the search text has a space before each field, and only the digits of the telephone number', () => {
  expect(searchText(customer)).toBe(
    ' zoe muller kase & sohne zoe@shop.test zoe zurich 410791234567',
  );
});

test('a field without content leaves its space', () => {
  expect(searchText({ ...customer, company: '', email: null, phone: 'none' })).toBe(
    ' zoe muller   zoe zurich ',
  );
});

test.each([
  ['the last name and the first name', {}, 'muller zoe'],
  ['the first name alone', { lastName: '' }, 'zoe'],
  ['the last name alone', { firstName: '' }, 'muller'],
  ['the company', { firstName: '', lastName: '' }, 'kase & sohne'],
  ['the email address', { firstName: '', lastName: '', company: '' }, 'zoe@shop.test'],
  ['the username', { firstName: '', lastName: '', company: '', email: null }, 'zoe'],
])('a customer is sorted by %s', (_what, changes, expected) => {
  expect(sortName({ ...customer, ...changes })).toBe(expected);
});

test('a long name is cut between characters', () => {
  expect(sortName({ ...customer, lastName: '𝕏'.repeat(300) })).toBe('x'.repeat(200));
  const signs = '🧀'.repeat(300);
  expect(sortName({ ...customer, lastName: signs })).toBe('🧀'.repeat(200));
});
