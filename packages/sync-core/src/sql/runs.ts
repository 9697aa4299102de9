import type { Sql } from '@mantis-sync/db';
import type { Actor } from '../domain/actor.ts';
import { firstStep, type RunKind } from '../domain/run-kind.ts';
import { type RunSettings, runSettingsSchema } from '../domain/run-settings.ts';
import type { ForcedDone } from '../domain/run-status.ts';
import { currentTraceParent } from '../platform/trace.ts';
import { snakeCase } from './columns.ts';
import { IS_ACTIVE_RUN } from './states.ts';

export interface NewRun {
  orgId: string;
  storeId: string;
  kind: RunKind;
  idempotencyKey: string | null;
  requestHash: Buffer;
  actor: Actor;
  settings: RunSettings;
}

/** The settings of a run, one column each. */
const SETTING_COLUMNS = Object.keys(runSettingsSchema.shape).map(snakeCase).join(', ');

/**
 * Inserts a run, unless its idempotency key is used or its store has an active run of the same sort (one that
 * walks, one that applies webhooks).
 *
 * @returns its id, or null if one of the two exists: concurrent callers get one run between them
 */
export async function insertRun(sql: Sql, run: NewRun): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into woo_customer_sync_queue (
       org_id, store_id, idempotency_key, request_hash, actor_type, actor_id, actor_name,
       kind, step, trace_parent, walk_page_size, walk_ahead, ${SETTING_COLUMNS})
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, page_size, pages_ahead, ${SETTING_COLUMNS}
       from json_populate_record(null::woo_customer_sync_queue, $11)
     on conflict do nothing
     returning id`,
    [
      run.orgId,
      run.storeId,
      run.idempotencyKey,
      run.requestHash,
      run.actor.type,
      run.actor.id,
      run.actor.name,
      run.kind,
      firstStep(run.kind),
      currentTraceParent(),
      JSON.stringify(
        Object.fromEntries(
          Object.entries(run.settings).map(([key, value]) => [snakeCase(key), value]),
        ),
      ),
    ],
  );
  return rows[0]?.id ?? null;
}

/** Marks a run as requiring a decision. */
export async function requireAction(
  sql: Sql,
  runId: string,
  action: { code: string; reason: string },
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = true, action_code = $2, action_reason = $3
      where id = $1`,
    [runId, action.code, action.reason],
  );
}

/** Clears the action-required flag. */
export async function clearAction(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = false, action_code = null, action_reason = null
      where id = $1`,
    [runId],
  );
}

/** Makes a run wait, because its store is overloaded. */
export async function waitForStore(
  sql: Sql,
  runId: string,
  wait: { code: string; reason: string; delayMs: number },
): Promise<Date> {
  const { rows } = await sql.query<{ wait_until: Date }>(
    `update woo_customer_sync_queue
        set wait_code = $2, wait_reason = $3,
            wait_until = mantis.now() + make_interval(secs => $4::float8 / 1000)
      where id = $1
      returning wait_until`,
    [runId, wait.code, wait.reason, wait.delayMs],
  );
  return (rows[0] as { wait_until: Date }).wait_until;
}

/** Ends the wait: the store responded. */
export async function endWait(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set wait_code = null, wait_reason = null, wait_until = null
      where id = $1 and wait_until is not null`,
    [runId],
  );
}

/** Adds requests to a run's budget, for customers that must be read again. */
export async function extendRequestBudget(
  sql: Sql,
  runId: string,
  requests: number,
): Promise<void> {
  await sql.query(
    'update woo_customer_sync_queue set requests_budget = requests_budget + $2 where id = $1',
    [runId, requests],
  );
}

/** The traceparent of a run; null if there is none. */
export async function findTraceParent(sql: Sql, runId: string): Promise<string | null> {
  const { rows } = await sql.query<{ trace_parent: string | null }>({
    name: 'find-trace-parent',
    text: 'select trace_parent from woo_customer_sync_queue where id = $1',
    values: [runId],
  });
  return rows[0]?.trace_parent ?? null;
}

/** Records who forced a run done. */
export async function recordForced(
  sql: Sql,
  runId: string,
  { by, reason, cancelled }: Omit<ForcedDone, 'at'>,
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set forced = jsonb_build_object('by', $2::jsonb, 'reason', $3::text, 'cancelled', $4::int, 'at', mantis.now())
      where id = $1`,
    [runId, JSON.stringify(by), reason, cancelled],
  );
}

/** Starts the wait of a store's active runs when it is paused. `mantis.count_waits` measures it. */
export async function beginWaits(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set waiting_since = mantis.now()
      where store_id = $1 and state ${IS_ACTIVE_RUN} and waiting_since is null`,
    [storeId],
  );
}

/** Ends their wait when the store is resumed. Runs that need a decision continue to wait. */
export async function endWaits(sql: Sql, storeId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set waiting_since = null
      where store_id = $1 and state ${IS_ACTIVE_RUN} and waiting_since is not null`,
    [storeId],
  );
}
