import type { Sql } from '@mantis-sync/db';
import { type ActivityEntry, appendActivity } from '../../sql/activity.ts';
import type { LineResult } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { PreparedLine } from './prepare-batch.ts';

/** Notes a batch in the activity: what became of it, and each customer that is not as it should be. */
export async function recordBatch(
  sql: Sql,
  run: RunRow,
  prepared: readonly PreparedLine[],
  results: readonly LineResult[],
): Promise<void> {
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0, retrying: 0, failed: 0 };
  for (const result of results) {
    if (result.state === 'done') counts[result.outcome] += 1;
    else if (result.state === 'draft') counts.retrying += 1;
    else if (result.state === 'failed') counts.failed += 1;
  }
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  const entries: ActivityEntry[] = [
    {
      event: 'batch.applied',
      level: counts.failed + counts.retrying > 0 ? 'warning' : 'info',
      message: `Batch ${run.batchCount + 1}: ${prepared.length} ${prepared.length === 1 ? 'customer' : 'customers'} (${parts.join(', ')})`,
      data: { batch: run.batchCount + 1, lines: prepared.length, ...counts },
    },
    ...prepared.flatMap((line, index) => describeFailure(run, line, results[index])),
  ];
  await appendActivity(sql, run.id, entries, 1);
}

function describeFailure(
  run: RunRow,
  prepared: PreparedLine,
  result: LineResult | undefined,
): ActivityEntry[] {
  const { position, wooCustomerId, attempts } = prepared.line;
  const name = wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`;
  const data = { position, wooCustomerId, attempts };
  if (prepared.kind === 'store') {
    if (prepared.warnings.length === 0) return [];
    return [
      {
        event: 'line.warning',
        level: 'warning',
        message: `${name} was stored with corrections: ${prepared.warnings.join(', ')}`,
        data,
      },
    ];
  }
  if (
    prepared.kind === 'delete' ||
    !result ||
    (result.state !== 'draft' && result.state !== 'failed')
  )
    return [];
  if (result.state === 'failed') {
    return [
      {
        event: 'line.failed',
        level: 'error',
        message: `${name} failed after ${tries(attempts)}: ${prepared.message}`,
        data: { ...data, code: prepared.code },
      },
    ];
  }
  return [
    {
      event: 'line.retrying',
      level: 'warning',
      message: `${name}, try ${attempts} of ${run.settings.maxRetries + 1}: ${prepared.message.replace(/\.?$/, '.')} Next try in ${(result.delayMs ?? 0) / 1000} s.`,
      data: { ...data, code: prepared.code, delayMs: result.delayMs },
    },
  ];
}

function tries(attempts: number): string {
  return attempts === 1 ? '1 try' : `${attempts} tries`;
}
