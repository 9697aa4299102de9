import type { Sql } from '@mantis-sync/db';
import { explainFailure, nameInPayload } from '../domain/failure-help.ts';
import type { LineOutcome, LineState } from '../domain/state-machine.ts';
import type { FailureKey, Failures, LineDetail, LineView } from '../domain/run-detail.ts';

/** Filter of lines; all lines unless given. */
export interface LineFilter {
  state?: LineState | undefined;
  outcome?: LineOutcome | undefined;
  /** Lines whose last attempt ended with one of these reasons. */
  failures?: readonly FailureKey[] | undefined;
  positions?: readonly number[] | undefined;
  /** Customers by id, or words that must all occur, in one of their forms, in the store's row. */
  search?: { wooIds: readonly number[]; words: readonly (readonly string[])[] } | undefined;
  wooCustomerId?: number | undefined;
  /** The first and the last position. */
  from?: number | undefined;
  to?: number | undefined;
}

/** Longer payloads are neither searched nor read for a list, in bytes. */
const LONGEST_READ = 65_536;

/**
 * The condition on `woo_customer_sync_queue_line line` for a filter, with the parameters $1 to $10 of
 * `lineParameters`. Customers that were never stored are known from the store's row only.
 */
export const LINE_FITS = `line.queue_id = $1 and line.position >= $2 and line.position <= $3
        and ($4::text is null or line.state = $4)
        and ($5::text is null or line.outcome = $5)
        and ($6::bigint is null or line.woo_customer_id = $6)
        and ($7::jsonb is null or (line.error_code, line.error_message) in (
          select code, message from jsonb_to_recordset($7) reason (code text, message text)))
        and ($8::int[] is null or line.position = any($8))
        and ($9::bigint[] is null or line.woo_customer_id = any($9)
          or (cardinality($10::text[]) > 0 and line.state = 'failed'
            and octet_length(line.payload::text) <= ${LONGEST_READ}
            and not exists (
              select from unnest($10::text[]) forms
               where not exists (
                 select from string_to_table(forms, ' ') form
                  where strpos(mantis.fold(line.payload::text), form) > 0))))`;

export function lineParameters(runId: string, filter: LineFilter): unknown[] {
  return [
    runId,
    filter.from ?? 1,
    filter.to ?? 2_147_483_647,
    filter.state ?? null,
    filter.outcome ?? null,
    filter.wooCustomerId ?? null,
    filter.failures ? JSON.stringify(filter.failures) : null,
    filter.positions ?? null,
    filter.search?.wooIds ?? null,
    (filter.search?.words ?? []).map((forms) => forms.join(' ')),
  ];
}

/** Lines of a run by position, after `after`. */
export async function listLines(
  sql: Sql,
  runId: string,
  filter: LineFilter,
  { after, limit }: { after: number; limit: number },
): Promise<LineView[]> {
  const { rows } = await sql.query<LineRow>(
    `select ${LINE_COLUMNS},
            case when octet_length(line.payload::text) <= ${LONGEST_READ} then line.payload end as payload
       from ${LINES_AND_CUSTOMERS}
      where ${LINE_FITS} and line.position > $11
      order by line.position
      limit $12`,
    [...lineParameters(runId, filter), after, limit],
  );
  return rows.map(toLineView);
}

/** Counts matching lines up to `limit`. */
export async function countLines(
  sql: Sql,
  runId: string,
  filter: LineFilter,
  limit: number,
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from (
       select from woo_customer_sync_queue_line line where ${LINE_FITS} limit $11) fitting`,
    [...lineParameters(runId, filter), limit],
  );
  return rows[0]?.count ?? 0;
}

/** Columns of a line in lists. */
const LINE_COLUMNS = `line.position, line.woo_customer_id, line.state, line.outcome, line.attempts, line.round,
       line.next_attempt_at, line.error_code, line.error_message, line.processed_at,
       coalesce(nullif(btrim(customer.first_name || ' ' || customer.last_name), ''),
                nullif(customer.company, ''), nullif(customer.username, '')) as name,
       customer.email`;

const LINES_AND_CUSTOMERS = `woo_customer_sync_queue_line line
       join woo_customer_sync_queue queue on queue.id = line.queue_id
       left join customer on customer.org_id = queue.org_id and customer.store_id = queue.store_id
         and customer.woo_id = line.woo_customer_id`;

interface LineRow {
  position: number;
  woo_customer_id: number | null;
  state: LineState;
  outcome: LineOutcome | null;
  attempts: number;
  round: number;
  next_attempt_at: Date;
  error_code: string | null;
  error_message: string | null;
  processed_at: Date | null;
  name: string | null;
  email: string | null;
  payload: unknown;
}

function toLineView(row: LineRow): LineView {
  const sent = nameInPayload(row.payload);
  const error =
    row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' };
  return {
    position: row.position,
    wooCustomerId: row.woo_customer_id,
    name: row.name ?? sent.name,
    email: row.email ?? sent.email,
    state: row.state,
    outcome: row.outcome,
    attempts: row.attempts,
    round: row.round,
    nextAttemptAt: row.next_attempt_at,
    error: error && { ...error, ...explainFailure(error, row.payload) },
    processedAt: row.processed_at,
  };
}

/** One line of a run with the store's row; null if there is none. */
export async function findLine(
  sql: Sql,
  runId: string,
  position: number,
): Promise<Pick<LineDetail, 'line' | 'payload' | 'fetchedAt'> | null> {
  const { rows } = await sql.query<LineRow & { fetched_at: Date | null }>(
    `select ${LINE_COLUMNS}, line.payload, line.fetched_at
       from ${LINES_AND_CUSTOMERS}
      where line.queue_id = $1 and line.position = $2`,
    [runId, position],
  );
  const row = rows[0];
  return row ? { line: toLineView(row), payload: row.payload, fetchedAt: row.fetched_at } : null;
}

/** Counts the failed lines of a run by reason, most frequent first. */
export async function listFailures(sql: Sql, runId: string, limit: number): Promise<Failures> {
  const { rows } = await sql.query<{
    code: string;
    message: string;
    count: number;
    lowest_id: number | null;
    highest_id: number | null;
    first: number;
    last: number;
    all_groups: number;
    all_lines: number;
  }>(
    `with reason as (
       select error_code, error_message, count(*)::int as count,
              min(woo_customer_id) as lowest_id, max(woo_customer_id) as highest_id,
              min(position) as first, max(position) as last
         from woo_customer_sync_queue_line
        where queue_id = $1 and state = 'failed'
        group by error_code, error_message)
     select error_code as code, error_message as message, count, lowest_id, highest_id, first, last,
            (count(*) over ())::int as all_groups, (sum(count) over ())::int as all_lines
       from reason
      order by count desc, error_code, error_message
      limit $2`,
    [runId, limit],
  );
  const listed = rows.reduce((sum, { count }) => sum + count, 0);
  const all = rows[0];
  const positions = rows.flatMap(({ first, last }) => [...new Set([first, last])]);
  const place = { after: 0, limit: positions.length };
  const examples = await listLines(sql, runId, { positions }, place);
  return {
    groups: rows.map(({ code, message, count, lowest_id, highest_id, first, last }) => {
      const shown = examples.filter(({ position }) => position === first || position === last);
      const error = shown.find(({ position }) => position === first)?.error;
      return {
        ...(error ?? explainFailure({ code, message }, null)),
        code,
        message,
        count,
        exampleIds:
          lowest_id === null || highest_id === null ? [] : [...new Set([lowest_id, highest_id])],
        examples: shown.map(({ position, wooCustomerId, name, email }) => ({
          position,
          wooCustomerId,
          name,
          email,
        })),
      };
    }),
    rest: {
      groups: (all?.all_groups ?? 0) - rows.length,
      lines: (all?.all_lines ?? 0) - listed,
    },
  };
}
