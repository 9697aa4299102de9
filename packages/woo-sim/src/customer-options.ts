import { managesShop } from './customer-rights.ts';
import { itemAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';

type Schema = Record<string, unknown>;

function field(description: string, more: Schema = {}): Schema {
  return { description, type: 'string', ...more, context: ['view', 'edit'] };
}

function text(description: string): Schema {
  return { description, type: 'string', required: false };
}

function ids(description: string): Schema {
  return { description, type: 'array', items: { type: 'integer' }, default: [], required: false };
}

function address(billing: boolean): Schema {
  return {
    first_name: field('First name.'),
    last_name: field('Last name.'),
    company: field('Company name.'),
    address_1: field('Address line 1'),
    address_2: field('Address line 2'),
    city: field('City name.'),
    state: field('ISO code or name of the state, province or district.'),
    postcode: field('Postal code.'),
    country: field('ISO code of the country.'),
    ...(billing ? { email: field('Email address.', { format: 'email' }) } : {}),
    phone: field('Phone number.'),
  };
}

const metaFields = {
  id: { description: 'Meta ID.', type: 'integer', context: ['view', 'edit'], readonly: true },
  key: { description: 'Meta key.', type: 'string', context: ['view', 'edit'] },
  value: {
    description: 'Meta value.',
    type: ['null', 'object', 'string', 'number', 'boolean', 'integer', 'array'],
    context: ['view', 'edit'],
  },
};

const listArgs = {
  context: {
    description: 'Scope under which the request is made; determines fields present in response.',
    type: 'string',
    enum: ['view', 'edit'],
    default: 'view',
    required: false,
  },
  page: {
    description: 'Current page of the collection.',
    type: 'integer',
    default: 1,
    minimum: 1,
    required: false,
  },
  per_page: {
    description: 'Maximum number of items to be returned in result set.',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 100,
    required: false,
  },
  search: {
    description: 'Limit results to those matching a string.',
    type: 'string',
    required: false,
  },
  exclude: ids('Ensure result set excludes specific IDs.'),
  include: ids('Limit result set to specific IDs.'),
  offset: {
    description: 'Offset the result set by a specific number of items.',
    type: 'integer',
    required: false,
  },
  order: {
    default: 'asc',
    description: 'Order sort attribute ascending or descending.',
    enum: ['asc', 'desc'],
    type: 'string',
    required: false,
  },
  orderby: {
    default: 'name',
    description: 'Sort collection by object attribute.',
    enum: ['id', 'include', 'name', 'registered_date'],
    type: 'string',
    required: false,
  },
  email: {
    description: 'Limit result set to resources with a specific email.',
    type: 'string',
    format: 'email',
    required: false,
  },
  role: {
    description: 'Limit result set to resources with a specific role.',
    type: 'string',
    default: 'customer',
    enum: [
      'all',
      'administrator',
      'editor',
      'author',
      'contributor',
      'subscriber',
      'customer',
      'shop_manager',
    ],
    required: false,
  },
};
const writeArgs = {
  email: { type: 'string', description: 'New user email address.', required: true },
  first_name: text('Customer first name.'),
  last_name: text('Customer last name.'),
  username: text('New user username.'),
  password: text('New user password.'),
  billing: {
    description: 'List of billing address data.',
    type: 'object',
    properties: address(true),
    required: false,
  },
  shipping: {
    description: 'List of shipping address data.',
    type: 'object',
    properties: address(false),
    required: false,
  },
  meta_data: {
    description: 'Meta data.',
    type: 'array',
    items: { type: 'object', properties: metaFields },
    required: false,
  },
};
/** `OPTIONS customers`: the store's parameters, without `modified_after`. */
export function answerCustomerOptions(context: RestContext): Answer {
  return withAllow(
    itemAnswer(context, 200, {
      namespace: 'wc/v3',
      methods: ['GET', 'POST'],
      endpoints: [
        { methods: ['GET'], args: listArgs },
        { methods: ['POST'], args: writeArgs },
      ],
    }),
    managesShop(context.key) ? ['GET', 'POST'] : [],
  );
}
