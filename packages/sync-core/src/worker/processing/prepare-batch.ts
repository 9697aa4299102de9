import { momentOf } from '../../domain/choose-answer.ts';
import { type ChangeSource, changeSource } from '../../domain/run-kind.ts';
import { type IsVolatile, volatileKeys } from '../../domain/volatile-meta.ts';
import { findVolatileMetaKeys } from '../../sql/organisations.ts';
import type { WorkDeps } from '../job.ts';
import { BudgetSpentError, spendOneRequest } from '../request-budget.ts';
import { type PreparedCustomer, prepareCustomer } from './prepare-customer.ts';
import { type LineSource, needsReread, readAgain } from './read-again.ts';
import type { ClaimedLine } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import { WooError } from '../../woo/woo-error.ts';
import { SyncError } from '../../domain/sync-error.ts';

/** Lines leased under one token. */
export interface Batch {
  run: RunRow;
  token: string;
  lines: ClaimedLine[];
  /** Where the claim ended; the next one begins there. */
  until: string;
}

/** What to do with a line, before the database write. */
export interface PreparedLine {
  line: LinePlace;
  customer: PreparedCustomer;
}

/** A line of a run with all that its result and activity entries need. */
export type LinePlace = Pick<ClaimedLine, 'position' | 'wooCustomerId' | 'attempts'>;

export interface PreparedBatch {
  prepared: PreparedLine[];
  /** Lines that cannot be processed now, and why: the store rejects us or is overloaded. */
  released: ClaimedLine[];
  trouble: WooError | SyncError | null;
}

/** Reads what must be read again, and maps every customer. Writes nothing. */
export async function prepareBatch(
  deps: WorkDeps,
  batch: Batch,
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const again = batch.lines.filter(needsReread);
  const direct = batch.lines.filter((line) => !needsReread(line));
  const keys = await deps.database.withOrg(batch.run.orgId, findVolatileMetaKeys);
  const isVolatile = volatileKeys(keys);
  const prepared = direct.map((line) =>
    prepareLine(batch, line, isVolatile, {
      kind: 'row',
      row: line.payload,
      reading: line.reading ?? momentOf(deps.clock()),
    }),
  );
  if (again.length === 0) return { prepared, released: [], trouble: null };
  try {
    const sources = await readLinesAgain(deps, batch, again, signal);
    for (const line of again)
      prepared.push(prepareLine(batch, line, isVolatile, sources.get(line.position) as LineSource));
    return { prepared, released: [], trouble: null };
  } catch (error) {
    if (error instanceof BudgetSpentError) {
      const customer: PreparedCustomer = {
        kind: 'fail',
        code: 'request_budget_spent',
        message: error.message,
        retryable: false,
      };
      return {
        prepared: [...prepared, ...again.map((line) => ({ line, customer }))],
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
      spend: () => spendOneRequest(deps, run),
      roleFilter: run.settings.roleFilter,
      now: () => new Date(deps.clock()),
      signal,
    },
    lines,
  );
}

function prepareLine(
  { run }: Batch,
  line: ClaimedLine,
  isVolatile: IsVolatile,
  source: LineSource,
): PreparedLine {
  return {
    line,
    customer: prepareSource(line, source, changeSource(run.kind, line.round), isVolatile),
  };
}

function prepareSource(
  { wooCustomerId: wooId }: ClaimedLine,
  source: LineSource,
  from: ChangeSource,
  isVolatile: IsVolatile,
): PreparedCustomer {
  switch (source.kind) {
    case 'gone':
      return { kind: 'delete', wooId, reading: source.reading, source: from };
    case 'unreadable':
      return { kind: 'fail', code: source.code, message: source.message, retryable: true };
    case 'row':
      return prepareCustomer(wooId, source.row, source.reading, from, isVolatile);
  }
}
