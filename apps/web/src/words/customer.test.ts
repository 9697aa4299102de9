import { expect, test } from 'vitest';
import { failureText } from './customer.ts';

test.each([
  ['email: expected an email or a username', 'Email: expected an email or a username'],
  ['billing.city: expected text', 'Billing city: expected text'],
  ['The store returned an internal error.', 'The store returned an internal error.'],
])('the failure %j is shown as %j', (message, shown) => {
  expect(failureText(message)).toBe(shown);
});
