import type { Database, Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { LineOutcome, LineState } from '../domain/state-machine.ts';
import { decodeCursor, encodeCursor } from '../runs/cursor.ts';
import { appendStoreActivity } from '../sql/activity.ts';
import type { WebhookState } from '../sql/freshness.ts';
import { enqueueStoreJob } from '../sql/jobs.ts';
import { requireStore } from '../sql/stores.ts';
import { findEndpoint, listWebhooks, setWanted } from '../sql/webhooks.ts';
import {
  listDeliveries,
  listRefusals,
  readRefusals,
  type RefusalReason,
} from '../sql/deliveries.ts';

/** The state of a store's webhooks. */
export interface WebhookStatus {
  storeId: string;
  state: WebhookState;
  /** Why they do not work, and what to do; null if they do. */
  reason: string | null;
  isWanted: boolean;
  topics: { topic: string; status: string }[];
  lastDeliveryAt: Date | null;
  checkedAt: Date | null;
  /** Deliveries may have been lost since this time; null if none are missing. */
  gapSince: Date | null;
  /** Rejected deliveries of the last 24 hours, by reason. */
  refused: Record<string, number>;
}

/** An accepted delivery with its result; its body is not stored. */
export interface DeliveryView {
  id: number;
  receivedAt: Date;
  topic: string;
  wooCustomerId: number | null;
  /** The HTTP status that the store received. */
  status: number;
  state: 'pending' | 'applied' | 'ignored';
  /** The webhook run that took it; the run may have been removed since. */
  runId: string | null;
  /** Its customer in that run; null before the run reads them, and once the run is removed. */
  line: { position: number; state: LineState; outcome: LineOutcome | null } | null;
}

/** Rejected deliveries within an hour: they are counted, not stored. */
export interface RefusalView {
  hour: Date;
  reason: RefusalReason;
  /** The HTTP status that the sender received. */
  status: number;
  count: number;
}

export interface DeliveryPage {
  items: DeliveryView[];
  /** Of the last 24 hours; empty but on the first page. */
  refusals: RefusalView[];
  nextCursor: string | null;
}

const ACCEPTED = 200;

const REFUSED: Readonly<Record<RefusalReason, number>> = {
  no_signature: 401,
  bad_signature: 401,
  too_large: 413,
  too_many: 429,
};

/** Webhooks of stores. Every method throws SyncError `store_not_found`. */
export interface WebhookService {
  status(caller: Caller, input: { storeId: string }): Promise<WebhookStatus>;
  /** What the store sent, the newest first. @throws SyncError `invalid_cursor` */
  deliveries(
    caller: Caller,
    input: { storeId: string; cursor?: string | undefined; limit: number },
  ): Promise<DeliveryPage>;
  /** Enqueues a check. */
  repair(caller: Caller, input: { storeId: string }): Promise<WebhookStatus>;
  /** If disabled, they are removed from the store. */
  setEnabled(caller: Caller, input: { storeId: string; enabled: boolean }): Promise<WebhookStatus>;
}

export function createWebhookService({ database }: { database: Database }): WebhookService {
  return {
    status: (caller, { storeId }) =>
      database.withOrg(caller.orgId, (sql) => readStatus(sql, storeId)),
    deliveries: (caller, { storeId, cursor, limit }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await requireStore(sql, storeId);
        const place = decodeCursor(cursor, ['createdAt', 'row']);
        const before = place ? { at: place.createdAt, id: place.row } : null;
        const rows = await listDeliveries(sql, storeId, { before, limit: limit + 1 });
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        const refused = before ? [] : await listRefusals(sql, storeId);
        return {
          items: rows
            .slice(0, limit)
            .map(({ receivedAtExact: _exact, ...row }) => ({ ...row, status: ACCEPTED })),
          refusals: refused.map((refusal) => ({ ...refusal, status: REFUSED[refusal.reason] })),
          nextCursor: last
            ? encodeCursor({ createdAt: last.receivedAtExact, row: String(last.id) })
            : null,
        };
      }),
    repair: (caller, { storeId }) =>
      database.withOrg(caller.orgId, async (sql) => {
        const status = await readStatus(sql, storeId);
        await enqueueStoreJob(sql, 'store.webhooks', storeId);
        return status;
      }),
    setEnabled: (caller, { storeId, enabled }) =>
      database.withOrg(caller.orgId, async (sql) => {
        await readStatus(sql, storeId);
        if (await setWanted(sql, storeId, enabled)) {
          await appendStoreActivity(sql, caller.orgId, storeId, {
            event: enabled ? 'webhooks.switched_on' : 'webhooks.switched_off',
            message: enabled ? 'Webhooks were enabled.' : 'Webhooks were disabled.',
            actor: caller.actor,
          });
          await enqueueStoreJob(sql, 'store.webhooks', storeId);
        }
        return readStatus(sql, storeId);
      }),
  };
}

async function readStatus(sql: Sql, storeId: string): Promise<WebhookStatus> {
  await requireStore(sql, storeId);
  const endpoint = await findEndpoint(sql, storeId);
  const topics = await listWebhooks(sql, storeId);
  return {
    storeId,
    state: endpoint?.state ?? 'pending',
    reason: endpoint?.reason ?? null,
    isWanted: endpoint?.isWanted ?? true,
    topics: topics.map(({ topic, status }) => ({ topic, status })),
    lastDeliveryAt: endpoint?.lastDeliveryAt ?? null,
    checkedAt: endpoint?.checkedAt ?? null,
    gapSince: endpoint?.gapSince ?? null,
    refused: await readRefusals(sql, storeId),
  };
}
