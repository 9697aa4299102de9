import type { Sql } from '@mantis-sync/db';

const EARLIEST = '-infinity';

/** A line as a worker takes it. */
export interface ClaimedLine {
  position: number;
  wooCustomerId: number | null;
  quarantineKey: string | null;
  /** Tries in this round, this one included. */
  attempts: number;
  round: number;
  /** What the store sent; null where it must be asked again. */
  payload: unknown;
  fetchedAt: Date | null;
  /** A batch with this line came to grief: it is the only one of its batch. */
  alone: boolean;
}

export interface LineLease {
  /** Fences the verdict: a worker that lost its lease changes nothing. One token a batch. */
  token: string;
  workerId: string;
  leaseMs: number;
}

/**
 * Takes due lines of a run, oldest first, and counts the attempt: committed before the work, so that a
 * customer that kills its worker cannot be tried for ever. Lines with which a batch came to grief are
 * taken once no others are due, one at a time. The caller holds the run's lock.
 *
 * @param mayTakeSuspect false where other lines of the run are in hand: what kills a worker takes them
 *   along, and they would be suspects too
 * @param from where the claim before this one ended (`until`): what lies before it in the index is
 *   settled and dead, and costs time to pass over until a vacuum removes it
 */
export async function claimLines(
  sql: Sql,
  queueId: string,
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
    fetched_at: Date | null;
    alone: boolean;
    due_at: string;
  }>({
    name: 'claim-lines',
    text: `with due as (
             select position from woo_customer_sync_queue_line
              where queue_id = $1 and state = 'draft' and not alone
                and next_attempt_at >= $6::timestamptz and next_attempt_at <= mantis.now()
              order by next_attempt_at, position
              limit $2
              for no key update skip locked),
           suspect as (
             select position from woo_customer_sync_queue_line
              where queue_id = $1 and state = 'draft' and alone and next_attempt_at <= mantis.now()
                and $7 and not exists (select from due)
              order by next_attempt_at, position
              limit 1
              for no key update skip locked),
           taken as (select position from due union all select position from suspect)
           update woo_customer_sync_queue_line line
              set state = 'processing', attempts = line.attempts + 1,
                  lease_token = $3, worker_id = $4,
                  lease_until = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
             from taken
            where line.queue_id = $1 and line.position = taken.position
            returning line.position, line.woo_customer_id, line.quarantine_key, line.attempts, line.round,
                      line.payload, line.fetched_at, line.alone, line.next_attempt_at::text as due_at`,
    values: [queueId, limit, lease.token, lease.workerId, lease.leaseMs, from, mayTakeSuspect],
  });
  const lines = rows
    .map((row) => ({
      position: row.position,
      wooCustomerId: row.woo_customer_id,
      quarantineKey: row.quarantine_key,
      attempts: row.attempts,
      round: row.round,
      payload: row.payload,
      fetchedAt: row.fetched_at,
      alone: row.alone,
    }))
    .toSorted((a, b) => a.position - b.position);
  const until = rows
    .filter((row) => !row.alone)
    .map((row) => row.due_at)
    .reduce((last, at) => (at > last ? at : last), from);
  return { lines, until };
}
