import { checkScope } from './authenticate.ts';
import type { Authentication } from './authenticate.ts';
import { checkRight, managesShop } from './customer-rights.ts';
import type { ListFault } from './faults.ts';
import type { Guest } from './guests.ts';
import { answerCustomerOptions } from './customer-options.ts';
import { answerRootIndex, answerSystemStatus, answerWooIndex } from './index-routes.ts';
import { listCustomers } from './list-customers.ts';
import type { ListDeps } from './list-customers.ts';
import { answerOrders } from './order-routes.ts';
import { errorAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { restError } from './rest-error.ts';
import { checkParams } from './rest-params.ts';
import { customerParams } from './select-customers.ts';
import { answerWebhooks } from './webhook-routes.ts';
import type { Webhooks } from './webhooks.ts';
import { answerBatch, answerCreate, answerCustomer } from './write-customers.ts';

export interface SimStore extends ListDeps {
  guests: readonly Guest[];
  ordersIgnoreModifiedAfter: boolean;
  webhooks: Webhooks;
  analytics: (context: RestContext) => Answer;
}

/** The request body: `broken` is invalid JSON. */
export type BodyState = 'none' | 'parsed' | 'broken';

/**
 * Handles one REST request in WordPress's order: a failed authentication rejects everything, then
 * the key's scope, then the route, its parameters, and last the rights of the key's user.
 */
export async function dispatch(
  store: SimStore,
  context: RestContext,
  request: {
    authentication: Authentication;
    bodyState: BodyState;
    listFaults: readonly ListFault[];
    number: number;
  },
): Promise<Answer> {
  const { authentication } = request;
  if (authentication.error) return errorAnswer(authentication.error);
  const scope = authentication.key && checkScope(authentication.key, context.method);
  if (scope) return errorAnswer(scope);
  if (request.bodyState === 'broken') return errorAnswer(invalidJson);
  const found = await route(store, context, request);
  return found ?? errorAnswer(noRoute);
}

const noRoute = restError(
  404,
  'rest_no_route',
  'No route was found matching the URL and request method.',
);
const invalidJson = restError(400, 'rest_invalid_json', 'Invalid JSON body passed.', {
  json_error_code: 4,
  json_error_message: 'Syntax error',
});

async function route(
  store: SimStore,
  context: RestContext,
  request: { listFaults: readonly ListFault[]; number: number },
): Promise<Answer | null> {
  const reads = context.method === 'GET' || context.method === 'HEAD';
  const item = /^\/wc\/v3\/(customers|webhooks)\/(\d+)$/.exec(context.route);
  if (context.method === 'OPTIONS') return options(context);
  if (item?.[1] === 'customers') return answerCustomer(store.customers, context, Number(item[2]));
  if (item?.[1] === 'webhooks') return answerWebhooks(store.webhooks, context, Number(item[2]));
  switch (context.route) {
    case '/wc/v3/customers':
      if (context.method === 'POST') return answerCreate(store.customers, context);
      return reads ? list(store, context, request) : null;
    case '/wc/v3/customers/batch':
      return ['POST', 'PUT', 'PATCH'].includes(context.method)
        ? answerBatch(store.customers, context)
        : null;
    case '/wc/v3/webhooks':
      return answerWebhooks(store.webhooks, context, undefined);
  }
  return reads ? readOnlyRoute(store, context) : null;
}

function readOnlyRoute(store: SimStore, context: RestContext): Answer | null {
  switch (context.route) {
    case '/':
      return answerRootIndex(context);
    case '/wc/v3':
      return answerWooIndex(context);
    case '/wc/v3/orders':
      return answerOrders(store, context);
    case '/wc/v3/system_status':
      return answerSystemStatus(context);
    case '/wc-analytics/reports/customers':
    case '/wc-analytics/customers':
      return store.analytics(context);
    default:
      return null;
  }
}

function list(
  store: SimStore,
  context: RestContext,
  request: { listFaults: readonly ListFault[]; number: number },
): Answer {
  const allow = managesShop(context.key) ? ['GET', 'POST'] : [];
  const wrong = checkParams(context.query, customerParams) ?? checkRight(context.key, 'list');
  if (wrong) return withAllow(errorAnswer(wrong), allow);
  return withAllow(listCustomers(store, context, request.listFaults, request.number), allow);
}

function options(context: RestContext): Answer | null {
  if (context.route === '/wc/v3/customers') return answerCustomerOptions(context);
  return context.route === '/wc/v3' ? answerWooIndex(context) : null;
}
