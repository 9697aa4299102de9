import type { Viewer } from './customer-record.ts';
import { managesShop, refusal } from './customer-rights.ts';
import { answer, errorAnswer, itemAnswer, listAnswer, withAllow } from './rest-answer.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { isRestError, restError } from './rest-error.ts';
import type { RestError } from './rest-error.ts';
import { checkParams, textOf, wrongValue } from './rest-params.ts';
import type { ParamRules } from './rest-params.ts';
import { pageWindow } from './select-customers.ts';
import { isRecord } from './select-fields.ts';
import { storeText } from './store-time.ts';
import type { Webhook, WebhookInput, Webhooks } from './webhooks.ts';

const listParams: ParamRules = {
  context: { type: 'enum', values: ['view', 'edit'] },
  page: { type: 'integer', minimum: 1 },
  per_page: { type: 'integer', minimum: 1, maximum: 100 },
  offset: { type: 'integer' },
  status: { type: 'enum', values: ['all', 'active', 'paused', 'disabled'] },
};
const itemAllow = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `webhooks` and `webhooks/<id>`; null if the method has no route. */
export async function answerWebhooks(
  webhooks: Webhooks,
  context: RestContext,
  id: number | undefined,
): Promise<Answer | null> {
  const { method } = context;
  if (id === undefined) {
    if (method === 'POST') return create(webhooks, context);
    return method === 'GET' || method === 'HEAD' ? list(webhooks, context) : null;
  }
  if (!managesShop(context.key))
    return errorAnswer(
      refusal(context.key, method === 'GET' ? 'view' : method === 'DELETE' ? 'delete' : 'edit'),
    );
  const webhook = webhooks.get(id);
  if (!webhook)
    return withAllow(
      errorAnswer(restError(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.')),
      itemAllow,
    );
  if (method === 'DELETE') return withAllow(remove(webhooks, context, webhook), itemAllow);
  if (method !== 'GET' && method !== 'HEAD')
    return withAllow(await update(webhooks, context, webhook), itemAllow);
  return withAllow(itemAnswer(context, 200, webhookRow(webhook, context.viewer)), itemAllow);
}

function list(webhooks: Webhooks, context: RestContext): Answer {
  const wrong = checkParams(context.query, listParams);
  if (wrong) return withAllow(errorAnswer(wrong), managesShop(context.key) ? ['GET', 'POST'] : []);
  if (!managesShop(context.key)) return errorAnswer(refusal(context.key, 'list'));
  const status = textOf(context.query, 'status') ?? 'all';
  const wanted = webhooks.all
    .filter((webhook) => status === 'all' || webhook.status === status)
    .toReversed();
  const window = pageWindow(context.query);
  const rows = wanted
    .slice(window.offset, window.offset + window.limit)
    .map((webhook) => ({ id: webhook.id, value: webhookRow(webhook, context.viewer) }));
  return withAllow(listAnswer(context, { window, total: wanted.length, rows }), ['GET', 'POST']);
}

async function create(webhooks: Webhooks, context: RestContext): Promise<Answer> {
  if (!context.key || !managesShop(context.key)) return errorAnswer(refusal(context.key, 'create'));
  const input = readInput(context.body);
  if (isRestError(input)) return withAllow(errorAnswer(input), ['GET', 'POST']);
  const wrong = wrongTopic(input.topic ?? '') ?? wrongUrl(input.delivery_url);
  if (wrong) return withAllow(errorAnswer(wrong), ['GET', 'POST']);
  const webhook = await webhooks.create(input, context.key);
  const location = context.viewer.restUrl(`/wc/v3/webhooks/${webhook.id}`);
  const row = webhookRow(webhook, context.viewer);
  return withAllow(itemAnswer(context, 201, row, { Location: location }), ['GET', 'POST']);
}

async function update(webhooks: Webhooks, context: RestContext, webhook: Webhook): Promise<Answer> {
  const input = readInput(context.body);
  if (isRestError(input)) return errorAnswer(input);
  const wrong =
    (input.topic === undefined ? null : wrongTopic(input.topic)) ??
    (input.delivery_url === undefined ? null : wrongUrl(input.delivery_url));
  if (wrong) return errorAnswer(wrong);
  await webhooks.update(webhook, input);
  return itemAnswer(context, 200, webhookRow(webhook, context.viewer));
}

function remove(webhooks: Webhooks, context: RestContext, webhook: Webhook): Answer {
  const force =
    textOf(context.query, 'force') ?? (isRecord(context.body) ? context.body['force'] : undefined);
  if (force !== 'true' && force !== '1' && force !== true)
    return errorAnswer(
      restError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.'),
    );
  webhooks.delete(webhook.id);
  return answer(200, webhookRow(webhook, context.viewer));
}

const statuses = ['active', 'paused', 'disabled'] as const;
const wrongStatus = wrongValue('status', statuses);

function readInput(body: unknown): WebhookInput | RestError {
  const given = isRecord(body) ? body : {};
  const input: WebhookInput = {};
  for (const name of ['name', 'topic', 'delivery_url', 'secret'] as const)
    if (typeof given[name] === 'string') input[name] = given[name];
  const status = given['status'];
  if (status === undefined) return input;
  const known = statuses.find((value) => value === status);
  if (known === undefined) return wrongStatus;
  input.status = known;
  return input;
}

function wrongTopic(topic: string): RestError | null {
  if (/^(coupon|customer|order|product)\.(created|updated|deleted|restored)$/.test(topic))
    return null;
  if (/^action\.\w+$/.test(topic)) return null;
  return restError(
    400,
    'woocommerce_rest_shop_webhook_invalid_topic',
    'Webhook topic is required and must be valid.',
  );
}

function wrongUrl(url: string | undefined): RestError | null {
  if (url !== undefined && /^https?:\/\/[^/]/.test(url)) return null;
  return restError(
    400,
    'woocommerce_rest_shop_webhook_invalid_delivery_url',
    'Webhook delivery URL must be a valid URL starting with http:// or https://.',
  );
}

const customerHooks: Record<string, readonly string[]> = {
  'customer.created': ['user_register', 'woocommerce_created_customer', 'woocommerce_new_customer'],
  'customer.updated': ['profile_update', 'woocommerce_update_customer'],
  'customer.deleted': ['delete_user'],
};

/** The row of one webhook, without its secret. */
function webhookRow(webhook: Webhook, viewer: Viewer): Record<string, unknown> {
  const [resource = '', event = ''] = webhook.topic.split('.');
  return {
    id: webhook.id,
    name: webhook.name,
    status: webhook.status,
    topic: webhook.topic,
    resource,
    event,
    hooks: customerHooks[webhook.topic] ?? [],
    delivery_url: webhook.delivery_url,
    date_created: storeText(webhook.date_created_gmt),
    date_created_gmt: webhook.date_created_gmt,
    date_modified: storeText(webhook.date_modified_gmt),
    date_modified_gmt: webhook.date_modified_gmt,
    _links: {
      self: [
        {
          href: viewer.restUrl(`/wc/v3/webhooks/${webhook.id}`),
          targetHints: { allow: itemAllow },
        },
      ],
      collection: [{ href: viewer.restUrl('/wc/v3/webhooks') }],
    },
  };
}
