import type { Sql } from '@mantis-sync/db';

/** Marks a run as waiting for a person. */
export async function requireAction(
  sql: Sql,
  queueId: string,
  action: { code: string; reason: string },
): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = true, action_code = $2, action_reason = $3
      where id = $1`,
    [queueId, action.code, action.reason],
  );
}

/** Takes that mark away. */
export async function clearAction(sql: Sql, queueId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue
        set is_action_required = false, action_code = null, action_reason = null
      where id = $1`,
    [queueId],
  );
}

/** Keeps a run still for a while: its store is struggling. */
export async function waitForStore(
  sql: Sql,
  queueId: string,
  wait: { code: string; reason: string; delayMs: number },
): Promise<Date> {
  const { rows } = await sql.query<{ wait_until: Date }>(
    `update woo_customer_sync_queue
        set wait_code = $2, wait_reason = $3,
            wait_until = mantis.now() + make_interval(secs => $4::float8 / 1000)
      where id = $1
      returning wait_until`,
    [queueId, wait.code, wait.reason, wait.delayMs],
  );
  return (rows[0] as { wait_until: Date }).wait_until;
}

/** The wait is over: the store answered. */
export async function endWait(sql: Sql, queueId: string): Promise<void> {
  await sql.query(
    `update woo_customer_sync_queue set wait_code = null, wait_reason = null, wait_until = null
      where id = $1 and wait_until is not null`,
    [queueId],
  );
}

/** Adds requests to a run's budget, for customers that must be read again. */
export async function grantRequests(sql: Sql, queueId: string, requests: number): Promise<void> {
  await sql.query(
    'update woo_customer_sync_queue set requests_budget = requests_budget + $2 where id = $1',
    [queueId, requests],
  );
}
