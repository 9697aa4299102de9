import { parseCustomer } from '../../domain/customer-mapping.ts';
import { type ChangeSource, changeSource } from '../../domain/run-kind.ts';
import { SyncError } from '../../domain/sync-error.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { CustomerVersion } from '../../sql/customers.ts';
import { spendRequests } from '../../sql/discovery.ts';
import type { ClaimedLine } from '../../sql/lines.ts';
import { WooError } from '../../woo/woo-error.ts';
import type { WorkDeps } from '../job.ts';
import type { Batch } from './batch.ts';
import { contentHash } from './content-hash.ts';
import { type LineSource, needsReread, readAgain, RereadBudgetSpentError } from './read-again.ts';

/** What is to become of a line, before the database has had its say. */
export type PreparedLine =
  | { line: ClaimedLine; kind: 'store'; version: CustomerVersion; warnings: readonly string[] }
  | { line: ClaimedLine; kind: 'delete'; readAt: Date; source: ChangeSource }
  | { line: ClaimedLine; kind: 'fail'; code: string; message: string; retryable: boolean };

export interface PreparedBatch {
  prepared: PreparedLine[];
  /** Lines that cannot be judged now, and why: the store refuses or struggles. */
  released: ClaimedLine[];
  trouble: WooError | SyncError | null;
}

/** Reads what must be read again, and maps every customer. Nothing is written. */
export async function prepareBatch(
  deps: WorkDeps,
  batch: Batch,
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const again = batch.lines.filter(needsReread);
  const direct = batch.lines.filter((line) => !needsReread(line));
  const prepared = direct.map((line) =>
    prepareLine(batch, line, {
      kind: 'row',
      row: line.payload,
      fetchedAt: line.fetchedAt ?? new Date(deps.clock()),
    }),
  );
  if (again.length === 0) return { prepared, released: [], trouble: null };
  try {
    const sources = await readLinesAgain(deps, batch, again, signal);
    for (const line of again)
      prepared.push(prepareLine(batch, line, sources.get(line.position) as LineSource));
    return { prepared, released: [], trouble: null };
  } catch (error) {
    if (error instanceof RereadBudgetSpentError) {
      const fail = {
        kind: 'fail',
        code: 'request_budget_spent',
        message: error.message,
        retryable: false,
      } as const;
      return {
        prepared: [...prepared, ...again.map((line) => ({ line, ...fail }))],
        released: [],
        trouble: null,
      };
    }
    if (error instanceof WooError || error instanceof SyncError)
      return { prepared, released: again, trouble: error };
    if (signal.aborted) return { prepared, released: again, trouble: null };
    throw error;
  }
}

async function readLinesAgain(
  deps: WorkDeps,
  { run }: Batch,
  lines: readonly ClaimedLine[],
  signal: AbortSignal,
): Promise<Map<number, LineSource>> {
  const { client } = await deps.clients.open(run.orgId, run.storeId);
  return readAgain(
    {
      client,
      spend: (requests) =>
        deps.database.withOrg(run.orgId, (sql) => spendRequests(sql, run.id, requests), {
          durability: 'deferred',
        }),
      roleFilter: run.settings.roleFilter,
      now: () => new Date(deps.clock()),
      signal,
    },
    lines,
  );
}

function prepareLine({ run }: Batch, line: ClaimedLine, source: LineSource): PreparedLine {
  failpoint('processing.line', line.wooCustomerId);
  const from = changeSource(run.kind, line.round);
  if (source.kind === 'gone') return { line, kind: 'delete', readAt: source.readAt, source: from };
  if (source.kind === 'unreadable') {
    return { line, kind: 'fail', code: source.code, message: source.message, retryable: true };
  }
  const parsed = parseCustomer(source.row, source.fetchedAt);
  if (!parsed.ok) {
    return {
      line,
      kind: 'fail',
      code: parsed.code,
      message: parsed.message,
      retryable: parsed.code !== 'bad_id',
    };
  }
  const { customer, warnings } = parsed;
  return {
    line,
    kind: 'store',
    version: {
      customer,
      contentHash: contentHash(customer),
      fetchedAt: source.fetchedAt,
      source: from,
    },
    warnings,
  };
}
