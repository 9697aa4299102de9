import type { Sql } from '@mantis-sync/db';
import type { Reading } from '../domain/choose-answer.ts';
import { withoutLinks } from '../domain/read-field.ts';
import type { LineOutcome } from '../domain/state-machine.ts';
import { SyncError } from '../domain/sync-error.ts';
import { LINE_FITS, type LineFilter, lineParameters } from './line-views.ts';
import { DISCOVERY, LINE } from './states.ts';

/** A row of a page that becomes a line. */
export interface NewLine {
  /** Null if the row has no usable id; `unidentifiedRowKey` then names the row and `error` says why. */
  wooCustomerId: number | null;
  unidentifiedRowKey: string | null;
  /** The row, stored without its links; null if the store could not return it. */
  payload: unknown;
  error: { code: string; message: string } | null;
  /** The result of its first attempt, if made in the same transaction. */
  result?: AttemptOutcome;
}

/** The result of an attempt. */
export type AttemptOutcome =
  | { state: 'done'; outcome: LineOutcome }
  | {
      state: 'draft' | 'failed';
      /** Delay before the next attempt. */
      delayMs: number | null;
      code: string;
      message: string;
    };

/**
 * Appends lines to a run. Skips customers and unidentified rows that already have a line, so that a page can
 * be read again.
 *
 * @param before number of lines of the run, from `moveCursor` under the run's lock
 * @returns lines added
 */
export async function insertLines(
  sql: Sql,
  orgId: string,
  runId: string,
  before: number,
  reading: Reading,
  lines: readonly NewLine[],
): Promise<number> {
  const added = withoutRepeats(lines);
  if (added.length === 0) return 0;
  const { rowCount } = await sql.query({
    name: 'insert-lines',
    // Looks up existing lines one by one, as in `storeChanged`: a join would read all lines of the run.
    // The run is looked up once; a join would do so for each line.
    text: `with run as materialized (select round from woo_customer_sync_queue where id = $2),
           known as materialized (
             select wanted.woo_customer_id, null as quarantine_key
               from unnest($5::bigint[]) as wanted(woo_customer_id)
              cross join lateral (
                select from woo_customer_sync_queue_line line
                 where queue_id = $2 and line.woo_customer_id = wanted.woo_customer_id
                 limit 1) line
             union all
             select null, wanted.quarantine_key
               from unnest($6::text[]) as wanted(quarantine_key)
              cross join lateral (
                select from woo_customer_sync_queue_line line
                 where queue_id = $2 and line.quarantine_key = wanted.quarantine_key
                 limit 1) line
              where wanted.quarantine_key is not null)
           insert into woo_customer_sync_queue_line
             (org_id, queue_id, position, woo_customer_id, quarantine_key, state, outcome, attempts, round,
              next_attempt_at, payload, fetch_began_at, fetched_at, error_code, error_message, processed_at)
           select $1, $2, $3 + row_number() over (order by line.nr), line.woo_customer_id, line.quarantine_key,
                  coalesce(line.rest->>'state', 'done'), line.outcome,
                  coalesce((line.rest->>'attempts')::integer, 1), run.round,
                  mantis.now() + make_interval(secs => coalesce((line.rest->>'delayMs')::float8, 0) / 1000),
                  (line.rest->>'payload')::json, $9, $4, line.rest->>'code', line.rest->>'message',
                  case when line.rest is null or line.rest->>'state' = 'failed'
                         or line.rest->>'attempts' <> '0' then mantis.now() end
             from run
            cross join unnest($5::bigint[], $6::text[], $7::text[], $8::json[]) with ordinality
                       as line(woo_customer_id, quarantine_key, outcome, rest, nr)
            where not exists (
              select from known
               where known.woo_customer_id = line.woo_customer_id or known.quarantine_key = line.quarantine_key)`,
    values: [
      orgId,
      runId,
      before,
      reading.endedAt,
      added.map(({ wooCustomerId }) => wooCustomerId),
      added.map(({ unidentifiedRowKey }) => unidentifiedRowKey),
      added.map(({ result }) => (result?.state === 'done' ? result.outcome : null)),
      added.map(toRest),
      reading.beganAt,
    ],
  });
  return rowCount;
}

/** Deduplicates bad rows: a store may send the same one twice on a page. */
function withoutRepeats(lines: readonly NewLine[]): NewLine[] {
  const keys = new Set<string>();
  return lines.filter(({ wooCustomerId, unidentifiedRowKey }) => {
    const key = `${wooCustomerId} ${unidentifiedRowKey}`;
    return !keys.has(key) && keys.add(key);
  });
}

/**
 * What a line that is not done has besides its id, as JSON; null for a done line. The payload is a JSON string
 * within it: PostgreSQL would otherwise parse it, and reject the whole page for one NUL or lone surrogate.
 */
function toRest({ payload, error, result }: NewLine): string | null {
  if (result?.state === 'done') return null;
  const { code, message } = result ?? error ?? { code: null, message: null };
  return JSON.stringify({
    state: result?.state ?? (error ? 'failed' : 'draft'),
    attempts: result ? 1 : 0,
    delayMs: result?.delayMs ?? 0,
    payload: payload === null ? null : JSON.stringify(withoutLinks(payload)),
    code,
    message,
  });
}

/** The result of a claimed line. */
export type LineResult =
  | ({ position: number } & AttemptOutcome)
  /** Released without a result: the attempt does not count. With `alone` the line is claimed alone from now on. */
  | { position: number; state: 'released'; delayMs: number; isolated?: true };

/**
 * Writes the results of a batch in one statement. Done lines lose their payload, failed lines keep it.
 *
 * @throws SyncError `lease_lost` if a line is no longer leased under `token`; the transaction must then be
 * rolled back
 */
export async function completeLines(
  sql: Sql,
  runId: string,
  token: string,
  results: readonly LineResult[],
): Promise<void> {
  const { rowCount } = await sql.query({
    name: 'complete-lines',
    text: `update woo_customer_sync_queue_line line
              set state = case when result.state = 'released' then ${LINE.released.to} else result.state end,
                  outcome = result.outcome,
                  attempts = line.attempts - case when result.state = 'released' then 1 else 0 end,
                  alone = line.alone or coalesce(result.isolated, false),
                  next_attempt_at =
                    mantis.now() + make_interval(secs => coalesce(result."delayMs", 0)::float8 / 1000),
                  lease_token = null, lease_until = null, worker_id = null,
                  payload = case when result.state = 'done' then null else line.payload end,
                  error_code = case when result.state = 'released' then line.error_code else result.code end,
                  error_message =
                    case when result.state = 'released' then line.error_message else result.message end,
                  processed_at = mantis.now()
             from json_to_recordset($3::json) as result(
               position integer, state text, outcome text, "delayMs" float8, code text, message text,
               isolated boolean)
            where line.queue_id = $1 and line.position = result.position
              and line.state ${LINE.applied.from} and line.lease_token = $2`,
    values: [runId, token, JSON.stringify(results)],
  });
  if (rowCount !== results.length) {
    throw new SyncError('lease_lost', 'Another worker, or force-done, has taken these lines.');
  }
}

const EARLIEST = '-infinity';

/** A claimed line. */
export interface ClaimedLine {
  position: number;
  wooCustomerId: number | null;
  unidentifiedRowKey: string | null;
  /** Attempts in this round, including this one. */
  attempts: number;
  round: number;
  /** The store's row; null if it must be requested again. */
  payload: unknown;
  /** When the store sent the payload; null if there is none. */
  reading: Reading | null;
  /** A previous batch containing this line crashed its worker; it is now claimed alone. */
  isolated: boolean;
}

export interface LineLease {
  /** Fences the result: a worker that lost its lease changes nothing. One token per batch. */
  token: string;
  workerId: string;
  leaseMs: number;
}

/**
 * Claims due lines of a run, oldest first, and counts the attempt. This commits before the work, so that a
 * customer that crashes its worker is not tried forever. Lines whose batch crashed a worker are claimed alone,
 * after all others. The caller holds the run's lock.
 *
 * @param mayTakeSuspect false while other lines of the run are leased: a line that crashes its worker would
 * make suspects of them too
 * @param from where the previous claim ended (`until`): index entries before it are dead tuples; skipping them
 * avoids scanning until VACUUM
 */
export async function claimLines(
  sql: Sql,
  runId: string,
  limit: number,
  lease: LineLease,
  mayTakeSuspect: boolean,
  from: string = EARLIEST,
): Promise<{ lines: ClaimedLine[]; until: string }> {
  const { rows } = await sql.query<{
    position: number;
    woo_customer_id: number | null;
    quarantine_key: string | null;
    attempts: number;
    round: number;
    payload: unknown;
    fetch_began_at: Date | null;
    fetched_at: Date | null;
    isolated: boolean;
    due_at: string;
  }>({
    name: 'claim-lines',
    text: `with due as (
             select position from woo_customer_sync_queue_line
              where queue_id = $1 and state ${LINE.claimed.from} and not alone
                and next_attempt_at >= $6::timestamptz and next_attempt_at <= mantis.now()
              order by next_attempt_at, position
              limit $2
              for no key update skip locked),
           suspect as (
             select position from woo_customer_sync_queue_line
              where queue_id = $1 and state ${LINE.claimed.from} and alone and next_attempt_at <= mantis.now()
                and $7 and not exists (select from due)
              order by next_attempt_at, position
              limit 1
              for no key update skip locked),
           taken as (select position from due union all select position from suspect)
           update woo_customer_sync_queue_line line
              set state = ${LINE.claimed.to}, attempts = line.attempts + 1,
                  lease_token = $3, worker_id = $4,
                  lease_until = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
             from taken
            where line.queue_id = $1 and line.position = taken.position
              -- Without statistics, reading all lines of the run would seem cheaper than these by position.
              and line.position >= (select min(position) from taken)
              and line.position <= (select max(position) from taken)
            returning line.position, line.woo_customer_id, line.quarantine_key, line.attempts, line.round,
                      line.payload, line.fetch_began_at, line.fetched_at, line.alone as isolated, line.next_attempt_at::text as due_at`,
    values: [runId, limit, lease.token, lease.workerId, lease.leaseMs, from, mayTakeSuspect],
  });
  const lines = rows
    .map((row) => ({
      position: row.position,
      wooCustomerId: row.woo_customer_id,
      unidentifiedRowKey: row.quarantine_key,
      attempts: row.attempts,
      round: row.round,
      payload: row.payload,
      reading: row.fetched_at && {
        beganAt: row.fetch_began_at ?? row.fetched_at,
        endedAt: row.fetched_at,
      },
      isolated: row.isolated,
    }))
    .toSorted((a, b) => a.position - b.position);
  const until = rows
    .filter((row) => !row.isolated)
    .map((row) => row.due_at)
    .reduce((last, at) => (at > last ? at : last), from);
  return { lines, until };
}

export type LeasedLine = Pick<ClaimedLine, 'position' | 'wooCustomerId' | 'attempts'>;

/** Lines of a run leased under a token, in order. The caller holds the run's lock. */
export async function findLeasedLines(
  sql: Sql,
  runId: string,
  token: string,
): Promise<LeasedLine[]> {
  const { rows } = await sql.query<LeasedLine>(
    `select position, woo_customer_id as "wooCustomerId", attempts
       from woo_customer_sync_queue_line
      where queue_id = $1 and state ${LINE.released.from} and lease_token = $2
      order by position`,
    [runId, token],
  );
  return rows;
}

/**
 * Cancels everything that is not done: open and failed lines, and an incomplete discovery. The run is then
 * done. The caller holds the run's lock.
 *
 * @returns lines cancelled
 */
export async function cancelLines(sql: Sql, runId: string): Promise<number> {
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue_line
        set state = ${LINE.cancelled.to}, payload = null, lease_token = null, lease_until = null, worker_id = null,
            processed_at = mantis.now()
      where queue_id = $1 and state ${LINE.cancelled.from}`,
    [runId],
  );
  await sql.query(
    `update woo_customer_sync_queue
        set discovery_state = case when discovery_state ${DISCOVERY.cancelled.from} then ${DISCOVERY.cancelled.to}
                                else discovery_state end,
            discovery_error_code = null, discovery_error = null,
            discovery_token = null, discovery_worker_id = null, discovery_lease_until = null,
            is_action_required = false, action_code = null, action_reason = null
      where id = $1`,
    [runId],
  );
  return rowCount;
}

/**
 * Starts a new round: failed lines return to draft with no attempts and crashes counted (lines that crashed
 * workers are still claimed alone), a failed discovery resumes at its cursor, and the request budget grows for
 * both. The caller holds the run's lock.
 *
 * @param extraRequests requests added to the run's budget
 * @param only which failed lines to retry; the others stay failed
 * @returns lines retried
 */
export async function retryLines(
  sql: Sql,
  runId: string,
  extraRequests: number,
  only: LineFilter = {},
): Promise<number> {
  await sql.query(
    `update woo_customer_sync_queue
        set round = round + 1,
            requests_budget = requests_used + $2,
            is_action_required = false, action_code = null, action_reason = null,
            page_attempts = 0, discovery_deaths = 0, walk_stuck = 0,
            discovery_state = case when discovery_state ${DISCOVERY.retried.from} then ${DISCOVERY.retried.to}
                                   else discovery_state end,
            discovery_error_code = null, discovery_error = null
      where id = $1`,
    [runId, extraRequests],
  );
  const { rowCount } = await sql.query(
    `update woo_customer_sync_queue_line line
        set state = ${LINE.retried.to}, attempts = 0, deaths = 0, round = queue.round, next_attempt_at = mantis.now()
       from woo_customer_sync_queue queue
      where queue.id = line.queue_id and ${LINE_FITS}`,
    lineParameters(runId, { ...only, state: 'failed' }),
  );
  return rowCount;
}
