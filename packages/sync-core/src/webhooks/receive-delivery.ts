import type { SealedSecret } from '../platform/sealed-secret.ts';
import { createHash, randomBytes } from 'node:crypto';
import { codeOf, type Database } from '@mantis-sync/db';
import { createSharedCalls } from '../platform/shared-calls.ts';
import { enqueueGapCover } from '../sql/jobs.ts';
import { findEndpoint, findEndpointOwner, openGap, recordDelivery } from '../sql/webhooks.ts';
import { hasPendingDeliveries, insertDelivery, type RefusalReason } from '../sql/deliveries.ts';
import { type Keyring, SecretError, type SecretOwner } from '../stores/keyring.ts';
import { createRefusalCounter } from './refusal-counter.ts';
import { customerIdOf, type DeliveryHeaders, isPing, isSignedWith } from './verify-delivery.ts';
import { wakeWebhookRun } from './webhook-run.ts';

/** The HTTP status: 200 for accepted (or known, left to a delta, or a ping), 401 if not signed by the store, or 429. */
export type DeliveryResult = 'taken' | 'known' | 'left_to_delta' | 'ping' | 'refused' | 'too_many';

export interface DeliveryReceiver {
  /**
   * Saves a delivery; workers process it later.
   * @throws DatabaseUnavailableError
   */
  receive(storeId: string, headers: DeliveryHeaders, body: Buffer): Promise<DeliveryResult>;
  /** Counts a delivery that was rejected before it was examined. */
  refuse(storeId: string, reason: RefusalReason): Promise<void>;
  /** Writes the counts and stops. */
  close(): Promise<void>;
}

interface Known {
  orgId: string;
  secret: string;
  at: number;
}

/** The excess within a second is rejected, the excess within an hour is accepted; a run finds what either changed. */
export interface DeliveryLimits {
  perSecond: number;
  perHour: number;
}

export interface ReceiverDeps {
  database: Database;
  keyring: Keyring;
  /** Signed deliveries per store; the default is 100 a second and a few thousand an hour. */
  deliveryLimits?: Partial<DeliveryLimits>;
  /** Epoch milliseconds. */
  clock?: () => number;
}

/** How long an endpoint is cached, including a missing one, in milliseconds. */
const REMEMBER_MS = 60_000;
/** Limits database reads for forged deliveries. */
const ASK_AGAIN_MS = 1_000;
const MAX_REMEMBERED = 10_000;
/** Shortest time between two records that deliveries of a store were lost, in milliseconds. */
const LOST_PACE = { gapMs: 100 };
const LIMITS: DeliveryLimits = { perSecond: 100, perHour: 3_600 };

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createDeliveryReceiver(deps: ReceiverDeps): DeliveryReceiver {
  const { database, keyring, clock = Date.now } = deps;
  const known = new Map<string, Known | { orgId: null; at: number }>();
  const counter = createRefusalCounter(database);
  const limits = { ...LIMITS, ...deps.deliveryLimits };
  const bySecond = createLimiter(clock, { max: limits.perSecond, periodMs: 1_000 });
  const byHour = createLimiter(clock, { max: limits.perHour, periodMs: 3_600_000 });
  const share = createSharedCalls(LOST_PACE);
  // Stand-in for unknown stores, so that they cost the same as a wrong signature.
  const unknownSecret = randomBytes(32).toString('hex');

  async function lookUp(storeId: string, maxAgeMs: number): Promise<Known | null> {
    const remembered = known.get(storeId);
    if (remembered && clock() - remembered.at < maxAgeMs)
      return remembered.orgId === null ? null : remembered;
    const found = await read(storeId);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(storeId, found ?? { orgId: null, at: clock() });
    return found;
  }

  async function read(storeId: string): Promise<Known | null> {
    const orgId = await database.withSystem((sql) => findEndpointOwner(sql, storeId));
    if (orgId === null) return null;
    const endpoint = await database.withOrg(orgId, (sql) => findEndpoint(sql, storeId));
    if (!endpoint?.isWanted) return null;
    const secret = openSecret(endpoint.secret, { orgId, storeId, field: 'webhook_secret' });
    return secret === null ? null : { orgId, secret, at: clock() };
  }

  /** A secret that cannot be decrypted verifies nothing. */
  function openSecret(sealed: SealedSecret, owner: SecretOwner): string | null {
    try {
      return keyring.open(sealed, owner);
    } catch (error) {
      if (error instanceof SecretError) return null;
      throw error;
    }
  }

  /** The endpoint whose secret signed this body; read again in case the secret was just changed. */
  async function findSigner(storeId: string, headers: DeliveryHeaders, body: Buffer) {
    for (const maxAgeMs of [REMEMBER_MS, ASK_AGAIN_MS]) {
      const endpoint = uuid.test(storeId) ? await lookUp(storeId, maxAgeMs) : null;
      const isSigned = isSignedWith(endpoint?.secret ?? unknownSecret, body, headers.signature);
      if (endpoint && isSigned) return endpoint;
    }
    return null;
  }

  /** A store removed while its endpoint is cached counts as unknown. */
  async function forgetIfRemoved(
    storeId: string,
    work: () => Promise<DeliveryResult>,
  ): Promise<DeliveryResult> {
    try {
      return await work();
    } catch (error) {
      // Another delivery for the customer is already pending.
      if (codeOf(error) === UNIQUE_VIOLATION) return 'known';
      if (codeOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
      known.set(storeId, { orgId: null, at: clock() });
      return 'refused';
    }
  }

  /** Deliveries above the limits are not saved: a run finds the changes. */
  function leaveToDelta(storeId: string, { orgId }: Known): Promise<void> {
    return share(storeId, () =>
      database.withOrg(orgId, async (sql) => {
        await openGap(sql, storeId, new Date(clock()));
        await enqueueGapCover(sql, storeId);
      }),
    );
  }

  async function keep(storeId: string, { orgId }: Known, headers: DeliveryHeaders, body: Buffer) {
    return database.withOrg(orgId, async (sql) => {
      const wasPending = await hasPendingDeliveries(sql, storeId);
      const wooCustomerId = customerIdOf(body);
      const isNew = await insertDelivery(sql, {
        orgId,
        storeId,
        deliveryId: (headers.deliveryId ?? '').slice(0, 200),
        topic: (headers.topic ?? '').slice(0, 100),
        bodyHash: createHash('sha256').update(body).digest(),
        wooCustomerId,
      });
      if (!isNew) return 'known';
      await recordDelivery(sql, storeId);
      // The first delivery enqueues the job; later ones are processed with it.
      if (wooCustomerId !== null && !wasPending) await wakeWebhookRun(sql, orgId, storeId);
      return 'taken';
    });
  }

  return {
    async receive(storeId, headers, body) {
      if (isPing(headers, body)) return 'ping';
      // Checked first, so that unsigned floods do not use up the store's limits.
      const endpoint = await findSigner(storeId, headers, body);
      if (!endpoint) {
        await this.refuse(storeId, headers.signature ? 'bad_signature' : 'no_signature');
        return 'refused';
      }
      if (!bySecond.allows(storeId)) {
        await this.refuse(storeId, 'too_many');
        await leaveToDelta(storeId, endpoint);
        return 'too_many';
      }
      if (!byHour.allows(storeId)) {
        await leaveToDelta(storeId, endpoint);
        return 'left_to_delta';
      }
      return forgetIfRemoved(storeId, () => keep(storeId, endpoint, headers, body));
    },
    async refuse(storeId, reason) {
      const endpoint = known.get(storeId);
      if (endpoint?.orgId) counter.count(endpoint.orgId, storeId, reason);
    },
    close: () => counter.close(),
  };
}

/** A limit per store and period, within one process. */
function createLimiter(clock: () => number, { max, periodMs }: { max: number; periodMs: number }) {
  let period = 0;
  let counts = new Map<string, number>();
  return {
    allows(storeId: string): boolean {
      const now = Math.floor(clock() / periodMs);
      if (now !== period) {
        period = now;
        counts = new Map();
      }
      const count = (counts.get(storeId) ?? 0) + 1;
      counts.set(storeId, count);
      return count <= max;
    },
  };
}
