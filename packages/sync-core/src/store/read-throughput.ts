import type { Sql } from '@mantis-sync/db';
import { bucketSeconds, type Throughput } from '../domain/run-detail.ts';

/**
 * What was read and settled in each stretch of a run, from its log: pages and batches. Lines whose
 * worker died have no batch and are not counted.
 */
export async function readThroughput(sql: Sql, queueId: string): Promise<Throughput> {
  const span = await readSpan(sql, queueId);
  if (!span) return { from: null, bucketSeconds: 1, buckets: [] };
  const width = bucketSeconds((span.until.getTime() - span.from.getTime()) / 1_000);
  const { rows } = await sql.query<Bucket>(
    `select date_bin(make_interval(secs => $2), at, '2000-01-01Z') as starts,
            coalesce(sum((data->>'added')::int), 0)::int as read,
            coalesce(sum((data->>'created')::int + (data->>'updated')::int
                       + (data->>'unchanged')::int + (data->>'deleted')::int), 0)::int as done,
            coalesce(sum((data->>'retrying')::int), 0)::int as retrying,
            coalesce(sum((data->>'failed')::int), 0)::int as failed
       from woo_sync_activity
      where queue_id = $1 and event in ('batch.applied', 'discovery.page')
      group by starts
      order by starts`,
    [queueId, width],
  );
  return fillGaps(rows, width);
}

interface Bucket {
  starts: Date;
  read: number;
  done: number;
  retrying: number;
  failed: number;
}

async function readSpan(sql: Sql, queueId: string): Promise<{ from: Date; until: Date } | null> {
  const { rows } = await sql.query<{ first: Date | null; last: Date | null }>(
    `select min(at) as first, max(at) as last
       from woo_sync_activity
      where queue_id = $1 and event in ('batch.applied', 'discovery.page')`,
    [queueId],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first && last ? { from: first, until: last } : null;
}

/** @param rows in order of time */
function fillGaps(rows: readonly Bucket[], width: number): Throughput {
  const from = rows[0]?.starts ?? null;
  const buckets: Throughput['buckets'] = [];
  for (const { starts, ...numbers } of rows) {
    const index = from ? Math.round((starts.getTime() - from.getTime()) / 1_000 / width) : 0;
    while (buckets.length < index) buckets.push({ read: 0, done: 0, retrying: 0, failed: 0 });
    buckets.push(numbers);
  }
  return { from, bucketSeconds: width, buckets };
}
