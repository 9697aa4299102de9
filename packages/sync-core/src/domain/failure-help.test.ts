import { expect, test } from 'vitest';
import { describeValue, explainFailure, FAILURE_ADVICE, nameInPayload } from './failure-help.ts';

test('an error of a field says what was received and expected', () => {
  const failure = { code: 'schema', message: 'billing: expected an object' };
  expect(explainFailure(failure, { id: 12, billing: ['x', 'y', 'z'] })).toEqual({
    field: 'billing',
    received: 'a list with 3 entries',
    expected: 'an object',
    ...FAILURE_ADVICE['schema'],
  });
});

test('nested fields are found, and missing ones are named', () => {
  const failure = { code: 'schema', message: 'billing.city: expected text' };
  expect(explainFailure(failure, { billing: { city: 7 } }).received).toBe('7 (number)');
  expect(explainFailure(failure, { billing: {} }).received).toBe('nothing (the field is missing)');
});

test('without the payload, the received value is unknown', () => {
  const failure = { code: 'schema', message: 'billing: expected an object' };
  expect(explainFailure(failure, null)).toMatchObject({ field: 'billing', received: null });
});

test('an error that names no field still has a cause and a fix', () => {
  const help = explainFailure({ code: 'unreadable_record', message: 'The store failed' }, null);
  expect(help).toMatchObject({ field: null, expected: null, received: null });
  expect(help.fix).toContain('WooCommerce');
});

test('an unknown code explains nothing', () => {
  expect(explainFailure({ code: 'new_one', message: 'x' }, {})).toEqual({
    field: null,
    received: null,
    expected: null,
    cause: null,
    fix: null,
  });
});

test.each([
  [null, 'null'],
  [[], 'an empty list'],
  [[1], 'a list with 1 entry'],
  [{}, 'an object'],
  ['', '"" (text)'],
  [false, 'false (true or false)'],
  ['x'.repeat(200), `"${'x'.repeat(79)}…" (text)`],
])('%j is described as %s', (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test.each([
  [
    { first_name: 'Zoë', last_name: 'Ng', email: 'z@x.example' },
    { name: 'Zoë Ng', email: 'z@x.example' },
  ],
  [
    { username: 'zng', billing: { email: 'b@x.example' } },
    { name: 'zng', email: 'b@x.example' },
  ],
  [
    { first_name: 7, email: ['x'] },
    { name: null, email: null },
  ],
  [null, { name: null, email: null }],
  [['x'], { name: null, email: null }],
])('a name is read from %j', (payload, name) => {
  expect(nameInPayload(payload)).toEqual(name);
});

test.each([
  [{ billing: { company: 'Engines', email: 'a@b.test' } }, 'Engines', 'a@b.test'],
  [{ first_name: ' ', last_name: '', username: 'ada' }, 'ada', null],
  [{ first_name: 7, email: ['a@b.test'] }, null, null],
  ['customer', null, null],
])('%j is named as well as possible', (payload, name, email) => {
  expect(nameInPayload(payload)).toEqual({ name, email });
});
