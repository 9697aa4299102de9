import { backoffMs } from '@mantis-sync/db/backoff';

/** Conditions that notify people, when they begin and when they are resolved. */
export const NOTIFICATION_TOPICS = [
  'run_needs_attention',
  'store_paused',
  'webhooks_disabled',
  'freshness_broken',
] as const;
export type NotificationTopic = (typeof NOTIFICATION_TOPICS)[number];

export type NotificationPhase = 'opened' | 'resolved';

/** One event of a store. Contains store names and codes, no customer data. */
export interface NotificationItem {
  topic: NotificationTopic;
  code: string;
  storeId: string;
  storeName: string;
  /** The host of its address. */
  host: string;
  runId: string | null;
  at: Date;
}

export interface NotificationMessage {
  id: string;
  phase: NotificationPhase;
  organisation: string;
  items: readonly NotificationItem[];
  /** Tries a channel with an example. */
  isTest?: boolean;
}

/** A message as a chat shows it. */
export interface NotificationText {
  title: string;
  /** Plain text, one line each. */
  lines: string[];
  /** To the dashboard. */
  link: string;
}

const TEST = 'This is a test: nothing needs attention. A real message looks like this:';

/** Stores listed in a message; further ones are counted. */
const MOST_NAMED = 10;

const WORDS: Readonly<Record<NotificationTopic, Record<NotificationPhase, string>>> = {
  run_needs_attention: {
    opened: 'A run needs a decision',
    resolved: 'The run no longer needs a decision',
  },
  store_paused: {
    opened: 'Paused because the store rejects our requests',
    resolved: 'The store is active again',
  },
  webhooks_disabled: {
    opened: 'Webhooks do not work',
    resolved: 'Webhooks work again',
  },
  freshness_broken: {
    opened: 'Scheduled runs have not finished in time',
    resolved: 'Scheduled runs finish in time again',
  },
};

/**
 * Writes a message from all its events, grouped by host, so that fifty stores on one failing host produce one
 * message.
 * @param publicUrl of the dashboard, without a trailing slash
 */
export function writeNotification(
  { phase, organisation, items, isTest = false }: NotificationMessage,
  publicUrl: string,
): NotificationText {
  const stores = new Set(items.map(({ storeId }) => storeId)).size;
  const who = stores === 1 ? items[0]?.storeName : `${stores} stores`;
  const needs = stores === 1 ? 'needs attention' : 'need attention';
  const named = items.toSorted(byHost).slice(0, MOST_NAMED);
  const others = items.length - named.length;
  const lines = named.map((item) => `${item.storeName} (${item.host}): ${describe(item, phase)}`);
  const title = `[${organisation}] ${phase === 'opened' ? `${who} ${needs}` : `Resolved: ${who}`}`;
  return {
    title: isTest ? `Test: ${title}` : title,
    lines: [...(isTest ? [TEST] : []), ...lines, ...(others > 0 ? [`… and ${others} more`] : [])],
    link: isTest ? `${publicUrl}/` : placeOf(items, publicUrl),
  };
}

/** A message as mail: no words of a user in the subject, and no link but ours. */
export function writeMail(
  message: NotificationMessage,
  publicUrl: string,
): { subject: string; text: string } {
  const { lines, link } = writeNotification(message, publicUrl);
  const stores = new Set(message.items.map(({ storeId }) => storeId)).size;
  const who = stores === 1 ? 'A store' : `${stores} stores`;
  const needs = stores === 1 ? 'needs' : 'need';
  const sender = message.isTest ? 'Test message from Mantis Sync' : 'Mantis Sync';
  return {
    subject: `${sender}: ${message.phase === 'opened' ? `${who} ${needs} attention` : `Resolved: ${who}`}`,
    text: [...lines.map(withoutLinks), link, ''].join('\n'),
  };
}

/** Readable, but nothing that a mail program turns into a link. */
function withoutLinks(text: string): string {
  return text.replace(/\.(?=\w)/g, '[.]').replaceAll('://', '[:]//');
}

/** The JSON body for generic webhooks. */
export function notificationBody(
  { id, phase, organisation, items, isTest = false }: NotificationMessage,
  publicUrl: string,
): object {
  const type = phase === 'opened' ? 'attention_needed' : 'resolved';
  return {
    id,
    ...(isTest ? { type: 'test', message: TEST } : { type }),
    organisation,
    items: items.map(({ at, runId, ...item }) => ({
      ...item,
      runId,
      at: at.toISOString(),
      url: runId === null ? `${publicUrl}/stores/${item.storeId}` : `${publicUrl}/runs/${runId}`,
    })),
  };
}

function describe({ topic, code }: NotificationItem, phase: NotificationPhase): string {
  return `${WORDS[topic][phase]}${phase === 'opened' && topic !== 'freshness_broken' ? ` (${code})` : ''}.`;
}

/** The link of a message: to the run or store if it concerns only one. */
function placeOf(items: readonly NotificationItem[], publicUrl: string): string {
  const [first] = items;
  if (!first || items.length > 1) return `${publicUrl}/`;
  return first.runId === null
    ? `${publicUrl}/stores/${first.storeId}`
    : `${publicUrl}/runs/${first.runId}`;
}

const byHost = (a: NotificationItem, b: NotificationItem) =>
  a.host.localeCompare(b.host) || a.storeName.localeCompare(b.storeName);

const RETRY_BACKOFF = { firstMs: 30_000, longestMs: 60 * 60_000 };
const MOST_ATTEMPTS = 10;

/** Delay before the next attempt in milliseconds; null to stop. */
export function notificationRetryMs(attempts: number): number | null {
  return attempts >= MOST_ATTEMPTS ? null : backoffMs(RETRY_BACKOFF, attempts);
}
