import { randomBytes } from 'node:crypto';
import type { Database, Sql } from '@mantis-sync/db';
import type { RunSettings } from '../domain/run-settings.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import type { WebhookState } from '../sql/freshness.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { readNow } from '../sql/schedules.ts';
import { findStore } from '../sql/stores.ts';
import {
  type Endpoint,
  findEndpoint,
  insertEndpoint,
  type KnownWebhook,
  listWebhooks,
  recordWebhookCheck,
  openGap,
  releaseCheck,
  replaceWebhooks,
  takeCheck,
} from '../sql/webhooks.ts';
import type { Keyring } from '../stores/keyring.ts';
import type { StoreClients } from '../stores/store-clients.ts';
import type { StoreWebhook, WebhookClient } from '../woo/webhook-client.ts';
import { WooError } from '../woo/woo-error.ts';
import type { StoreJob } from '../domain/store-job.ts';
import { coverGap } from './cover-gap.ts';
import { deliveryUrlOf } from './delivery-url.ts';

export const WEBHOOK_TOPICS = ['customer.created', 'customer.updated', 'customer.deleted'] as const;

export interface UpkeepDeps {
  database: Database;
  clients: StoreClients;
  keyring: Keyring;
  /** Address at which stores reach us, such as `https://sync.example.com`; null if they cannot. */
  webhookUrl: string | null;
  /** Settings of the run that closes a gap. */
  defaults: RunSettings;
}

/** Delay before the next check if another worker has it, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** The result of a check, and what it means. */
interface Check {
  state: WebhookState;
  reason: string | null;
  webhooks: KnownWebhook[];
  /** Webhooks that we had created, and that were removed or disabled: deliveries were lost. */
  lost: string[];
}

/**
 * Repairs a store's webhooks: creates missing ones, replaces disabled ones, removes duplicates. Lost
 * deliveries leave a gap until everything was verified, and a run is started for that.
 * @throws WooError if the store is overloaded: try again later
 */
export async function ensureWebhooks(
  deps: UpkeepDeps,
  job: StoreJob,
  signal: AbortSignal,
): Promise<void> {
  const { orgId, storeId } = job;
  const started = await deps.database.withOrg(orgId, (sql) => begin(sql, deps, job));
  if (!started) return;
  try {
    const check = await look(deps, job, started.endpoint, started.known, signal);
    await deps.database.withOrg(orgId, (sql) => record(sql, job, started.endpoint, check));
    if (check.state === 'active') await coverGap(deps, orgId, storeId);
  } finally {
    await deps.database.withOrg(orgId, (sql) => releaseCheck(sql, storeId));
  }
}

/**
 * Null if the store needs no check, or another worker has it. That worker may have checked too early, so the
 * check is repeated soon.
 */
async function begin(
  sql: Sql,
  deps: UpkeepDeps,
  { orgId, storeId }: StoreJob,
): Promise<{ endpoint: Endpoint; known: KnownWebhook[] } | null> {
  const store = await findStore(sql, storeId);
  if (!store || store.pause) return null;
  const secret = deps.keyring.seal(randomBytes(32).toString('hex'), {
    orgId,
    storeId,
    field: 'webhook_secret',
  });
  await insertEndpoint(sql, orgId, storeId, secret);
  if (!(await takeCheck(sql, storeId))) {
    await enqueueStoreJob(sql, 'store.webhooks', storeId, LOOK_AGAIN_MS);
    return null;
  }
  return {
    endpoint: (await findEndpoint(sql, storeId)) as Endpoint,
    known: await listWebhooks(sql, storeId),
  };
}

async function record(
  sql: Sql,
  { orgId, storeId }: StoreJob,
  endpoint: Endpoint,
  check: Check,
): Promise<void> {
  await replaceWebhooks(sql, orgId, storeId, check.webhooks);
  await recordWebhookCheck(sql, storeId, check);
  // Nothing arrived while the key could not manage webhooks, or while they were disabled.
  const wasAway = check.state === 'active' && ['refused', 'off'].includes(endpoint.state);
  if (check.lost.length > 0 || wasAway) {
    const since = endpoint.lastDeliveryAt ?? endpoint.checkedAt ?? (await readNow(sql));
    await openGap(sql, storeId, since);
  }
  if (check.state !== endpoint.state || check.lost.length > 0)
    await appendStoreActivity(sql, orgId, storeId, describe(check));
}

async function look(
  deps: UpkeepDeps,
  { orgId, storeId }: StoreJob,
  endpoint: Endpoint,
  known: readonly KnownWebhook[],
  signal: AbortSignal,
): Promise<Check> {
  const { webhooks: client } = await deps.clients.open(orgId, storeId);
  if (!endpoint.isWanted) {
    await removeOurs(client, storeId, signal);
    return { state: 'off', reason: 'Disabled.', webhooks: [], lost: [] };
  }
  if (deps.webhookUrl === null) {
    const reason =
      'Stores need a public https address to send webhooks to: set MANTIS_WEBHOOK_URL.';
    return { state: 'off', reason, webhooks: [], lost: [] };
  }
  const content = {
    deliveryUrl: deliveryUrlOf(deps.webhookUrl, storeId),
    secret: deps.keyring.open(endpoint.secret, { orgId, storeId, field: 'webhook_secret' }),
  };
  try {
    return await repair(client, storeId, content, known, signal);
  } catch (error) {
    if (error instanceof WooError && error.kind === 'refused')
      return { state: 'refused', reason: whyRefused(error), webhooks: [], lost: [] };
    throw error;
  }
}

async function repair(
  client: WebhookClient,
  storeId: string,
  { deliveryUrl, secret }: { deliveryUrl: string; secret: string },
  known: readonly KnownWebhook[],
  signal: AbortSignal,
): Promise<Check> {
  const ours = await findOurs(client, storeId, signal);
  const webhooks: KnownWebhook[] = [];
  const lost: string[] = [];
  for (const topic of WEBHOOK_TOPICS) {
    const content = { name: `Mantis Sync: ${topic}`, topic, deliveryUrl, secret };
    const [first, ...doubles] = ours
      .filter((webhook) => webhook.topic === topic)
      .toSorted((a, b) => Number(b.status === 'active') - Number(a.status === 'active'));
    for (const double of doubles) await client.remove(double.id, signal);
    const before = known.find((webhook) => webhook.topic === topic);
    const isGood = first?.status === 'active' && first.deliveryUrl === deliveryUrl;
    // It has our address but is not recorded: its secret is unknown.
    const isOurs = first !== undefined && before?.wooWebhookId === first.id;
    if (before && !(isGood && isOurs)) lost.push(topic);
    const isKept = isGood && isOurs;
    // WooCommerce does not reset its failure count for a PUT: the next failure would disable it again.
    if (first && !isKept) await client.remove(first.id, signal);
    const { id } = isKept ? first : await client.create(content, signal);
    webhooks.push({ topic, wooWebhookId: id, status: 'active' });
  }
  return { state: 'active', reason: null, webhooks, lost };
}

/** Removes a store's webhooks with our address. @throws WooError */
export async function removeOurs(
  client: WebhookClient,
  storeId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const { id } of await findOurs(client, storeId, signal)) await client.remove(id, signal);
}

/** Compares the end of the address: its beginning may have changed. */
async function findOurs(
  client: WebhookClient,
  storeId: string,
  signal: AbortSignal,
): Promise<StoreWebhook[]> {
  const path = deliveryUrlOf('', storeId);
  return (await client.list(signal)).filter(({ deliveryUrl }) => deliveryUrl.endsWith(path));
}

function whyRefused(error: WooError): string {
  return (
    `The store does not let this key manage webhooks (${error.message}) ` +
    'Give the store a key of a shop manager with read and write permission. Without it, changes arrive later, with the deltas.'
  );
}

function describe({ state, reason, lost }: Check) {
  if (lost.length > 0) {
    return {
      event: 'webhooks.restored',
      level: 'warning' as const,
      message: `The store had removed or disabled webhooks (${lost.join(', ')}); they were created again. Changes may be missing until every customer has been compared with the store.`,
      data: { lost },
    };
  }
  return {
    event: `webhooks.${state}`,
    level: state === 'active' || state === 'off' ? ('info' as const) : ('warning' as const),
    message: state === 'active' ? 'Webhooks deliver changes as they happen.' : (reason ?? state),
    data: {},
  };
}
