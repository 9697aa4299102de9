import { allowedMethods, customerRow } from './customer-record.ts';
import type { MetaDatum, SimCustomer } from './customer-record.ts';
import { checkCustomerRight, checkRight } from './customer-rights.ts';
import type { CustomerInput, CustomerStore } from './customer-store.ts';
import { customerAnswer, errorAnswer, itemAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { isRestError, restError } from './rest-error.ts';
import type { RestError } from './rest-error.ts';
import { isEmail, textOf, wrongType } from './rest-params.ts';
import { isRecord } from './select-fields.ts';

type Row = Record<string, unknown>;
const collectionAllow = ['GET', 'POST'];
const batchLimit = 100;
const yes: ReadonlySet<unknown> = new Set(['true', '1', true, 1]);

/** The route `customers/<id>`: read, change, delete one user. */
export function answerCustomer(customers: CustomerStore, context: RestContext, id: number): Answer {
  const customer = customers.get(id);
  if (!customer) return errorAnswer(unknownUser());
  const allow = allowedMethods(context.viewer.role, customer);
  if (context.method === 'GET' || context.method === 'HEAD') {
    const refused = checkCustomerRight(context.key, customer, 'view');
    if (refused) return withAllow(errorAnswer(refused), allow);
    return withAllow(
      customerAnswer(context, 200, id, customerRow(customer, context.viewer)),
      allow,
    );
  }
  if (context.method === 'DELETE') return answerDelete(customers, context, customer, allow);
  const changed = updateCustomer(customers, context, id, context.body);
  return isRestError(changed)
    ? withAllow(errorAnswer(changed), allow)
    : withAllow(customerAnswer(context, 200, id, changed), allow);
}

function answerDelete(
  customers: CustomerStore,
  context: RestContext,
  customer: SimCustomer,
  allow: readonly string[],
): Answer {
  const force =
    textOf(context.query, 'force') ?? (isRecord(context.body) ? context.body['force'] : undefined);
  const deleted = deleteCustomer(customers, context, customer.id, force);
  if (isRestError(deleted)) return withAllow(errorAnswer(deleted), allow);
  return itemAnswer(context, 200, deleted);
}

/** `POST customers`. */
export function answerCreate(customers: CustomerStore, context: RestContext): Answer {
  const created = createCustomer(customers, context, context.body);
  if (isRestError(created)) {
    const allow = checkRight(context.key, 'create') ? [] : collectionAllow;
    return withAllow(errorAnswer(created), allow);
  }
  const location = context.viewer.restUrl(`/wc/v3/customers/${String(created['id'])}`);
  return withAllow(itemAnswer(context, 201, created, { Location: location }), collectionAllow);
}

/** `POST customers/batch`: up to 100 changes, each with its own result. */
export function answerBatch(customers: CustomerStore, context: RestContext): Answer {
  const refused = checkRight(context.key, 'batch');
  if (refused) return errorAnswer(refused);
  const allow = ['POST', 'PUT', 'PATCH'];
  const body = isRecord(context.body) ? context.body : {};
  const items = (name: string): unknown[] => (Array.isArray(body[name]) ? body[name] : []);
  const asked = ['create', 'update', 'delete'].reduce((sum, name) => sum + items(name).length, 0);
  if (asked > batchLimit) return withAllow(errorAnswer(tooMany()), allow);
  const done: Record<string, unknown[]> = {};
  const run = (
    name: string,
    work: (item: unknown) => Row | RestError,
    idOf: (item: unknown) => unknown,
  ) => {
    if (items(name).length > 0)
      done[name] = items(name).map((item) => batchItem(work(item), idOf(item)));
  };
  run(
    'create',
    (item) => createCustomer(customers, context, item),
    () => 0,
  );
  run('update', (item) => updateCustomer(customers, context, Number(ownId(item)), item), ownId);
  run('delete', (item) => deleteCustomer(customers, context, Number(item), 'true'), Number);
  return withAllow({ status: 200, headers: {}, body: done }, allow);
}

function ownId(item: unknown): unknown {
  return isRecord(item) ? (item['id'] ?? 0) : 0;
}

function tooMany(): RestError {
  return restError(
    413,
    'woocommerce_rest_request_entity_too_large',
    `Unable to accept more than ${batchLimit} items for this request.`,
  );
}

function batchItem(result: Row | RestError, id: unknown): unknown {
  if (!isRestError(result)) return result;
  const data = { status: result.status, ...result.data };
  return { id, error: { code: result.code, message: result.message, data } };
}

function createCustomer(
  customers: CustomerStore,
  context: RestContext,
  body: unknown,
): Row | RestError {
  const input = readInput(body);
  if (isRestError(input)) return input;
  if (input.email === undefined)
    return restError(400, 'rest_missing_callback_param', 'Missing parameter(s): email', {
      params: ['email'],
    });
  const refused = checkRight(context.key, 'create');
  if (refused) return refused;
  if (!isEmail(input.email))
    return restError(400, 'customer_invalid_email', 'Invalid email address');
  if (customers.findByEmail(input.email)) return emailTaken(input.email);
  const username = freeUsername(customers, input);
  if (isRestError(username)) return username;
  return customerRow(customers.create({ ...input, username }), context.viewer);
}

function freeUsername(customers: CustomerStore, input: CustomerInput): string | RestError {
  const given = input.username;
  if (given !== undefined && given !== '') {
    if (!customers.findByUsername(given)) return given;
    return restError(
      400,
      'registration-error-username-exists',
      'An account is already registered with that username. Please choose another.',
    );
  }
  const base = (input.email ?? '').split('@')[0]?.toLowerCase() ?? '';
  let username = base;
  for (let n = 2; customers.findByUsername(username); n++) username = `${base}${n}`;
  return username;
}

function updateCustomer(
  customers: CustomerStore,
  context: RestContext,
  id: number,
  body: unknown,
): Row | RestError {
  const before = customers.get(id);
  if (!before) return unknownUser();
  const input = readInput(body);
  if (isRestError(input)) return input;
  const refused = checkCustomerRight(context.key, before, 'edit');
  if (refused) return refused;
  if (input.email !== undefined) {
    if (!isEmail(input.email))
      return restError(400, 'customer_invalid_email', 'Invalid email address');
    const owner = customers.findByEmail(input.email);
    if (owner && owner.id !== id) return emailTaken(input.email);
  }
  if (input.meta_data) input.meta_data = mergedMeta(before.meta_data, input.meta_data);
  return customerRow(customers.update(id, input), context.viewer);
}

function deleteCustomer(
  customers: CustomerStore,
  context: RestContext,
  id: number,
  force: unknown,
): Row | RestError {
  const customer = customers.get(id);
  if (!customer) return unknownUser();
  const refused = checkCustomerRight(context.key, customer, 'delete');
  if (refused) return refused;
  if (!yes.has(force))
    return restError(
      501,
      'woocommerce_rest_trash_not_supported',
      'Customers do not support trashing.',
    );
  customers.delete(id);
  return customerRow(customer, context.viewer, { hints: false });
}

function unknownUser(): RestError {
  return restError(404, 'wc_user_invalid_id', 'Invalid user ID.');
}

function emailTaken(email: string): RestError {
  return restError(
    400,
    'registration-error-email-exists',
    `An account is already registered with ${email}. Please log in or use a different email address.`,
  );
}

const texts = ['email', 'first_name', 'last_name', 'username'] as const;

/** The writable fields; others are ignored, wrong types are rejected. */
function readInput(body: unknown): CustomerInput | RestError {
  const given = isRecord(body) ? body : {};
  const input: CustomerInput = {};
  for (const name of texts) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') return wrongType(name, 'string');
    input[name] = value;
  }
  for (const name of ['billing', 'shipping'] as const) {
    const value = given[name];
    if (value === undefined) continue;
    if (!isRecord(value)) return wrongType(name, 'object');
    input[name] = knownAddressFields(value, name === 'billing');
  }
  if (given['meta_data'] !== undefined) {
    if (!Array.isArray(given['meta_data'])) return wrongType('meta_data', 'array');
    input.meta_data = given['meta_data'].filter(isRecord).map(readMeta);
  }
  return input;
}

const addressFields = [
  'first_name',
  'last_name',
  'company',
  'address_1',
  'address_2',
  'city',
  'postcode',
  'country',
  'state',
  'phone',
];

function knownAddressFields(value: Row, billing: boolean): Record<string, string> {
  const names = billing ? [...addressFields, 'email'] : addressFields;
  return Object.fromEntries(
    names.filter((name) => value[name] !== undefined).map((name) => [name, String(value[name])]),
  );
}

function readMeta({ id, key, value }: Row): MetaDatum {
  return { id: Number(id ?? 0), key: typeof key === 'string' ? key : '', value: value ?? null };
}

/** By key, or by id if no key is given; a null value removes the entry. */
function mergedMeta(before: readonly MetaDatum[], given: readonly MetaDatum[]): MetaDatum[] {
  const merged = new Map(before.map((entry) => [entry.key, entry]));
  let nextId = Math.max(0, ...before.map((entry) => entry.id)) + 1;
  for (const entry of given) {
    const key = entry.key || (before.find((known) => known.id === entry.id)?.key ?? '');
    if (key === '') continue;
    merged.set(key, { id: merged.get(key)?.id ?? nextId++, key, value: entry.value });
  }
  return [...merged.values()].filter((entry) => entry.value !== null);
}
