import type { Sql } from '@mantis-sync/db';
import { diffCustomer, type StoredContent } from '../../domain/diff-customer.ts';
import type { LineOutcome } from '../../domain/state-machine.ts';
import {
  type CustomerChange,
  type CustomerVersion,
  insertChanges,
  markCustomersDeleted,
  upsertCustomers,
} from '../../sql/customers.ts';
import type { RunRow } from '../../sql/run-row.ts';
import type { WorkDeps } from '../job.ts';
import type { Batch } from './batch.ts';
import type { PreparedLine } from './prepare-batch.ts';

/**
 * Writes the customers of a batch, and their history.
 *
 * @returns what happened to each, by WooCommerce id
 */
export async function storeCustomers(
  sql: Sql,
  run: RunRow,
  prepared: readonly PreparedLine[],
): Promise<Map<number, LineOutcome>> {
  const owner = { orgId: run.orgId, storeId: run.storeId, runId: run.id };
  const versions = new Map(
    prepared.flatMap((line) =>
      line.kind === 'store' ? [[line.version.customer.wooId, line.version] as const] : [],
    ),
  );
  const stored = await upsertCustomers(sql, owner, [...versions.values()]);
  const changes = [...stored].flatMap(([wooId, { before }]) =>
    before === null ? [] : describeUpdate(before, versions.get(wooId) as CustomerVersion),
  );
  for (const line of prepared) {
    if (line.kind !== 'delete' || line.line.wooCustomerId === null) continue;
    const marked = await markCustomersDeleted(sql, owner, [line.line.wooCustomerId], line.readAt);
    changes.push(
      ...marked.map(
        (wooId) => ({ wooId, kind: 'deleted', source: line.source, changes: [] }) as const,
      ),
    );
  }
  await insertChanges(sql, owner, changes);
  return new Map([...stored].map(([wooId, { outcome }]) => [wooId, outcome]));
}

/** An update that changed nothing but the store's date of change is no history. */
function describeUpdate(
  before: StoredContent,
  { customer, source }: CustomerVersion,
): CustomerChange[] {
  const kind = before['deleted_at'] === null ? 'updated' : 'restored';
  const changes = diffCustomer(before, customer);
  if (kind === 'updated' && changes.length === 0) return [];
  return [{ wooId: customer.wooId, kind, source, changes }];
}

/** PostgreSQL's classes for values it cannot store: data exceptions, integrity violations, limits. */
export function isAboutTheData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}

/** Tries each customer alone, and turns those that the database refuses into failures. */
export async function withoutRefused(
  deps: WorkDeps,
  batch: Batch,
  prepared: readonly PreparedLine[],
): Promise<PreparedLine[]> {
  const checked: PreparedLine[] = [];
  for (const line of prepared) {
    const refusal = line.kind === 'store' ? await refusalOf(deps, batch, line) : null;
    checked.push(
      refusal === null
        ? line
        : {
            line: line.line,
            kind: 'fail',
            code: 'cannot_be_stored',
            message: `The database refuses this customer (${refusal}).`,
            retryable: false,
          },
    );
  }
  return checked;
}

async function refusalOf(
  deps: WorkDeps,
  { run }: Batch,
  line: PreparedLine,
): Promise<string | null> {
  try {
    await deps.database.withOrg(run.orgId, async (sql) => {
      await storeCustomers(sql, run, [line]);
      throw new TrialOver();
    });
    return null;
  } catch (error) {
    if (error instanceof TrialOver) return null;
    if (isAboutTheData(error)) return (error as { code: string }).code;
    throw error;
  }
}

/** Rolls a trial back. */
class TrialOver extends Error {}
