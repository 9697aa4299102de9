import { createHash } from 'node:crypto';
import type { Sql } from '@mantis-sync/db';
import type { Caller } from '../domain/actor.ts';
import type { StartableKind } from '../domain/run-kind.ts';
import {
  mergeRunSettings,
  type RunSettings,
  type RunSettingsOverrides,
} from '../domain/run-settings.ts';
import { isTerminal } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { type RunStatus, toRunStatus } from '../domain/run-status.ts';
import { failpoint } from '../platform/failpoint.ts';
import { inSpan } from '../platform/trace.ts';
import { findFreshness } from '../sql/freshness.ts';
import { insertRun } from '../sql/runs.ts';
import {
  findActiveRun,
  findRunByIdempotencyKey,
  type NamedRunRow,
  requireRun,
} from '../sql/run-row.ts';
import { requireActiveStore, type StoreRow } from '../sql/stores.ts';
import { enqueueNeeded } from './change-run.ts';
import { recordStart } from './record-start.ts';

export interface StartInput {
  storeId: string;
  /** Default `full`. The first delta of a store without a complete walk becomes a full walk. */
  kind?: StartableKind | undefined;
  /** The same key returns the same run. */
  idempotencyKey?: string | undefined;
  settings?: RunSettingsOverrides | undefined;
}

export interface StartResult {
  run: RunStatus;
  /** False if a run with this key, or an active run of the store, already existed. */
  created: boolean;
  message: string;
}

/**
 * Starts a run of a store, or returns the one that is active or has this idempotency key.
 * @throws SyncError `store_not_found`, `store_paused`, `idempotency_key_reused`, `already_active`
 */
export function startRun(
  sql: Sql,
  caller: Caller,
  input: StartInput,
  defaults: RunSettings,
): Promise<StartResult> {
  const attributes = { 'mantis.org': caller.orgId, 'mantis.store': input.storeId };
  return inSpan('sync.start', { attributes }, async (span) => {
    const result = await startOrReturn(sql, caller, input, defaults);
    span.setAttribute('mantis.queue', result.run.runId);
    return result;
  });
}

async function startOrReturn(
  sql: Sql,
  caller: Caller,
  input: StartInput,
  defaults: RunSettings,
): Promise<StartResult> {
  const requestHash = hashOf(input);
  const key = input.idempotencyKey ?? null;
  const known = key === null ? null : await findRunByIdempotencyKey(sql, key);
  if (known) return resume(sql, known, requestHash);

  const store = await requireActiveStore(sql, input.storeId);
  const settings = mergeRunSettings(defaults, store.settings, input.settings ?? {});
  const kind = await kindOf(sql, input);
  const id = await insertRun(sql, {
    orgId: caller.orgId,
    storeId: store.id,
    kind,
    idempotencyKey: key,
    requestHash,
    actor: caller.actor,
    settings,
  });
  if (id === null) return returnRival(sql, store, key, requestHash);
  failpoint('start.inserted');

  await recordStart(sql, id, {
    message: `${KIND_TEXTS[kind]} of “${store.name}” started.`,
    actor: caller.actor,
    data: { kind, settings: input.settings ?? {}, idempotencyKey: key },
  });
  return {
    run: toRunStatus(await requireRun(sql, id)),
    created: true,
    message: 'Run started.',
  };
}

const KIND_TEXTS: Record<StartableKind, string> = {
  full: 'Full sync',
  delta: 'Delta',
  reconcile: 'Reconcile',
};

/** A delta builds on a complete walk, so the first run of a store is always one. */
async function kindOf(sql: Sql, { storeId, kind = 'full' }: StartInput): Promise<StartableKind> {
  if (kind !== 'delta') return kind;
  const { verifiedSince, newestWooId } = await findFreshness(sql, storeId);
  return verifiedSince === null && newestWooId === 0 ? 'full' : 'delta';
}

/** Returns the run of a known idempotency key, and wakes it if it was interrupted. */
async function resume(sql: Sql, known: NamedRunRow, requestHash: Buffer): Promise<StartResult> {
  if (!known.requestHash.equals(requestHash)) {
    throw new SyncError(
      'idempotency_key_reused',
      'This idempotency key was already used for another store or other settings.',
    );
  }
  if (isTerminal(known.state)) {
    return {
      run: toRunStatus(known),
      created: false,
      message: `The run with this idempotency key has ended: ${known.state}.`,
    };
  }
  await enqueueNeeded(sql, known);
  return {
    run: toRunStatus(known),
    created: false,
    message: 'The run with this idempotency key is in progress.',
  };
}

/** Another caller was first: with the same key, or with a run of the same store. */
async function returnRival(
  sql: Sql,
  store: StoreRow,
  key: string | null,
  requestHash: Buffer,
): Promise<StartResult> {
  const sameKey = key === null ? null : await findRunByIdempotencyKey(sql, key);
  if (sameKey) return resume(sql, sameKey, requestHash);
  const active = await findActiveRun(sql, store.id);
  if (!active) {
    throw new SyncError(
      'already_active',
      'The active run of this store has just ended. Start again.',
    );
  }
  await enqueueNeeded(sql, active);
  return {
    run: toRunStatus(active),
    created: false,
    message: `A run of this store is already active (${active.kind}).`,
  };
}

/** The parameters of a start, without the key. */
function hashOf({ storeId, kind = 'full', settings = {} }: StartInput): Buffer {
  const given = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([storeId.toLowerCase(), kind, given]))
    .digest();
}
