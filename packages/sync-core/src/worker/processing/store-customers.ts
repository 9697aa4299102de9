import type { Sql } from '@mantis-sync/db';
import {
  diffCustomer,
  fillUnknown,
  isErasure,
  type StoredContent,
} from '../../domain/diff-customer.ts';
import { decideRetry, type RetryPolicy } from '../../domain/retry-policy.ts';
import type { LineOutcome } from '../../domain/state-machine.ts';
import type { WorkDeps } from '../job.ts';
import {
  type CustomerVersion,
  markCustomersDeleted,
  type StoredVersion,
  upsertCustomers,
} from '../../sql/customers.ts';
import { type CustomerChange, forgetChanges, insertChanges } from '../../sql/customer-history.ts';
import type { AttemptOutcome } from '../../sql/lines.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { PreparedCustomer } from './prepare-customer.ts';

/** The result for a customer; `disputed`: the store must be asked again. */
export type StoreOutcome = LineOutcome | 'disputed';

/**
 * Writes the customers of a batch and their history.
 *
 * @param known what is stored of them, if already read in this transaction
 * @returns the result for each, by WooCommerce id
 */
export async function storeCustomers(
  sql: Sql,
  run: RunRow,
  prepared: readonly PreparedCustomer[],
  known?: ReadonlyMap<number, StoredVersion>,
): Promise<Map<number, StoreOutcome>> {
  const owner = {
    orgId: run.orgId,
    storeId: run.storeId,
    runId: run.id,
    createdAt: run.createdAt,
  };
  const versions = new Map(
    prepared.flatMap((line) =>
      line.kind === 'store' ? [[line.version.customer.wooId, line.version] as const] : [],
    ),
  );
  const stored = await upsertCustomers(sql, owner, [...versions.values()], known);
  const outcomes = new Map<number, StoreOutcome>();
  const changes: CustomerChange[] = [];
  const erased: number[] = [];
  for (const [wooId, { outcome, before, isDisputed }] of stored) {
    const update = before && describeUpdate(before, versions.get(wooId) as CustomerVersion);
    if (update) changes.push(update);
    if (update && isErasure(before, (versions.get(wooId) as CustomerVersion).customer))
      erased.push(wooId);
    // A rewrite without a change of content does not count as an update.
    const isSame = outcome === 'updated' && update === null;
    outcomes.set(wooId, isDisputed ? 'disputed' : isSame ? 'unchanged' : outcome);
  }
  for (const gone of prepared) {
    if (gone.kind !== 'delete' || gone.wooId === null) continue;
    const marked = await markCustomersDeleted(sql, owner, [gone.wooId], gone.reading, gone.source);
    changes.push(
      ...marked.map(
        (wooId) => ({ wooId, kind: 'deleted', source: gone.source, changes: [] }) as const,
      ),
    );
  }
  await forgetChanges(sql, owner.storeId, erased);
  await insertChanges(
    sql,
    owner,
    changes.map((change) => (erased.includes(change.wooId) ? withoutValues(change) : change)),
  );
  return outcomes;
}

/** For an erased person, only which fields were emptied. */
function withoutValues(change: CustomerChange): CustomerChange {
  const changes = change.changes.map(({ field }) => ({ field, from: null, to: null }));
  return { ...change, changes };
}

/** Null if only non-content changed, such as the store's modification date. */
function describeUpdate(
  before: StoredContent,
  { customer, source, isVolatile }: CustomerVersion,
): CustomerChange | null {
  const kind = before['deleted_at'] === null ? 'updated' : 'restored';
  const changes = diffCustomer(before, fillUnknown(customer, before), isVolatile);
  if (kind === 'updated' && changes.length === 0) return null;
  return { wooId: customer.wooId, kind, source, changes };
}

const DISPUTED = {
  code: 'answers_overlap',
  message: 'Two overlapping responses of the store differ; the customer is read again.',
};

/**
 * The result of a line's attempt.
 *
 * @param attempts attempts in this round, including this one
 * @param outcomes of the stored customers, by WooCommerce id
 */
export function outcomeOf(
  policy: RetryPolicy,
  attempts: number,
  customer: PreparedCustomer,
  outcomes: ReadonlyMap<number, StoreOutcome>,
): AttemptOutcome {
  switch (customer.kind) {
    case 'unchanged':
      return { state: 'done', outcome: 'unchanged' };
    case 'delete':
      return { state: 'done', outcome: 'deleted' };
    case 'store': {
      const { wooId } = customer.version.customer;
      const outcome = outcomes.get(wooId) ?? 'unchanged';
      if (outcome !== 'disputed') return { state: 'done', outcome };
      return { ...DISPUTED, ...decideRetry(attempts, true, policy) };
    }
    case 'fail': {
      const { code, message, retryable } = customer;
      return { code, message, ...decideRetry(attempts, retryable, policy) };
    }
  }
}

/** PostgreSQL's error classes for values it cannot store: data exceptions, integrity violations, limits. */
export function isAboutTheData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}

/** Writes each customer alone, and turns rejected ones into failures. */
export async function withoutRefused<Item extends { customer: PreparedCustomer | null }>(
  deps: WorkDeps,
  run: RunRow,
  items: readonly Item[],
): Promise<Item[]> {
  const tried: Item[] = [];
  for (const item of items) {
    const { customer } = item;
    const code = customer?.kind === 'store' ? await refusalOf(deps, run, customer) : null;
    tried.push(code === null ? item : { ...item, customer: refused(code) });
  }
  return tried;
}

function refused(code: string): PreparedCustomer {
  return {
    kind: 'fail',
    code: 'cannot_be_stored',
    message: `The database rejects this customer (${code}).`,
    retryable: false,
  };
}

async function refusalOf(
  deps: WorkDeps,
  run: RunRow,
  customer: PreparedCustomer,
): Promise<string | null> {
  try {
    await deps.database.withOrg(run.orgId, async (sql) => {
      await storeCustomers(sql, run, [customer]);
      throw new TrialOver();
    });
    return null;
  } catch (error) {
    if (error instanceof TrialOver) return null;
    if (isAboutTheData(error)) return (error as { code: string }).code;
    throw error;
  }
}

/** Rolls back an attempt. */
class TrialOver extends Error {}
