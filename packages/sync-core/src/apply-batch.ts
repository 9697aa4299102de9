import type { Sql } from '@mantis-sync/db';
import type { LineOutcome } from './domain/line-state.ts';
import { judgeFailedAttempt } from './domain/retry-policy.ts';
import { SyncError } from './domain/sync-error.ts';
import type { WorkDeps } from './job.ts';
import type { PreparedBatch, PreparedLine } from './prepare-batch.ts';
import type { Batch } from './process.ts';
import { recordEnd } from './record-end.ts';
import { type ActivityEntry, appendActivity } from './store/append-activity.ts';
import { hint } from './store/hint.ts';
import { lockQueue } from './store/lock-queue.ts';
import type { QueueRow } from './store/queue-row.ts';
import { endWait, grantRequests, requireAction, waitForStore } from './store/require-action.ts';
import { ringWhenDue } from './store/ring.ts';
import { type LineVerdict, settleLines } from './store/settle-lines.ts';
import { noteStoreError, pauseStore } from './store/store-state.ts';
import { markCustomersDeleted, upsertCustomers } from './store/upsert-customers.ts';
import { retryDelayMs } from './woo/retry-timing.ts';
import { WooError } from './woo/woo-error.ts';

const STORE_BACKOFF = { baseMs: 2_000, capMs: 60_000, limit: Number.POSITIVE_INFINITY };

/**
 * Writes a batch: customers, verdicts, activity and one hint, in one transaction fenced by the batch's
 * token. A customer that the database refuses never fails its batch: the others are written without it.
 *
 * @returns `stop` where the store must be left alone
 * @throws SyncError `lease_lost`
 */
export async function applyBatch(
  deps: WorkDeps,
  batch: Batch,
  { prepared, released, trouble }: PreparedBatch,
): Promise<'go_on' | 'stop'> {
  const write = (lines: readonly PreparedLine[]) =>
    deps.database.withOrg(
      batch.run.orgId,
      (sql) => writeBatch(sql, deps, batch, { prepared: [...lines], released, trouble }),
      { durability: 'deferred' },
    );
  try {
    await write(prepared);
  } catch (error) {
    if (!isAboutTheData(error)) throw error;
    await write(await withoutRefused(deps, batch, prepared));
  }
  return trouble === null ? 'go_on' : 'stop';
}

async function writeBatch(
  sql: Sql,
  deps: WorkDeps,
  batch: Batch,
  { prepared, released, trouble }: PreparedBatch,
): Promise<void> {
  // Customers first: the most work, and none that needs the run's lock, for which others wait.
  const outcomes = await storeCustomers(sql, batch.run, prepared);
  const run = await lockQueue(sql, batch.run.id);
  if (!run) throw new SyncError('lease_lost', 'The run is gone.');
  const waitMs = trouble ? waitAfter(deps, trouble) : 0;
  const verdicts: LineVerdict[] = [
    ...prepared.map((line) => judge(run, line, outcomes)),
    ...released.map(({ position }) => ({ position, state: 'released' as const, delayMs: waitMs })),
  ];
  await settleLines(sql, run.id, batch.token, verdicts);
  const retries = verdicts.filter((verdict) => verdict.state === 'draft').length;
  if (retries > 0) await grantRequests(sql, run.id, 2 * retries);
  if (prepared.length > 0) await recordBatch(sql, run, prepared, verdicts);
  if (trouble) await recordTrouble(sql, run, trouble, waitMs);
  else if (run.wait && batch.lines.length > released.length) await endWaitOfProcessing(sql, run);
  if (mayEndWith(run, batch)) await recordEnd(sql, run.id, run.state);
  await hint(sql, run.id);
}

/** False where the run has lines or a list to go on with, whatever became of this batch. */
function mayEndWith({ counts, discoveryState }: QueueRow, { lines }: Batch): boolean {
  const isReading = discoveryState === 'pending' || discoveryState === 'walking';
  return !isReading && counts.draft + counts.processing <= lines.length;
}

async function storeCustomers(
  sql: Sql,
  run: QueueRow,
  prepared: readonly PreparedLine[],
): Promise<Map<number, LineOutcome>> {
  const owner = { orgId: run.orgId, storeId: run.storeId, queueId: run.id };
  const versions = new Map(
    prepared.flatMap((line) => (line.kind === 'store' ? [[line.version.customer.wooId, line.version] as const] : [])),
  );
  const outcomes = new Map<number, LineOutcome>(await upsertCustomers(sql, owner, [...versions.values()]));
  for (const line of prepared) {
    if (line.kind !== 'delete' || line.line.wooCustomerId === null) continue;
    await markCustomersDeleted(sql, owner, [line.line.wooCustomerId], line.readAt);
  }
  return outcomes;
}

function judge(run: QueueRow, prepared: PreparedLine, outcomes: ReadonlyMap<number, LineOutcome>): LineVerdict {
  const { position, attempts } = prepared.line;
  if (prepared.kind === 'delete') return { position, state: 'done', outcome: 'deleted' };
  if (prepared.kind === 'store') {
    return { position, state: 'done', outcome: outcomes.get(prepared.version.customer.wooId) ?? 'unchanged' };
  }
  const { code, message, retryable } = prepared;
  return { position, code, message, ...judgeFailedAttempt(attempts, retryable, run.settings) };
}

async function recordBatch(
  sql: Sql,
  run: QueueRow,
  prepared: readonly PreparedLine[],
  verdicts: readonly LineVerdict[],
): Promise<void> {
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0, retrying: 0, failed: 0 };
  for (const verdict of verdicts) {
    if (verdict.state === 'done') counts[verdict.outcome] += 1;
    else if (verdict.state === 'draft') counts.retrying += 1;
    else if (verdict.state === 'failed') counts.failed += 1;
  }
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  const entries: ActivityEntry[] = [
    {
      event: 'batch.applied',
      level: counts.failed + counts.retrying > 0 ? 'warning' : 'info',
      message: `Batch ${run.batchCount + 1}: ${prepared.length} customers (${parts.join(', ')})`,
      data: { batch: run.batchCount + 1, lines: prepared.length, ...counts },
    },
    ...prepared.flatMap((line, index) => describeFailure(run, line, verdicts[index])),
  ];
  await appendActivity(sql, run.id, entries, 1);
}

function describeFailure(run: QueueRow, prepared: PreparedLine, verdict: LineVerdict | undefined): ActivityEntry[] {
  const { position, wooCustomerId, attempts } = prepared.line;
  const name = wooCustomerId === null ? `Line ${position}` : `Customer ${wooCustomerId}`;
  const data = { position, wooCustomerId, attempts };
  if (prepared.kind === 'store') {
    if (prepared.warnings.length === 0) return [];
    return [
      { event: 'line.warning', level: 'warning', message: `${name} was stored with corrections: ${prepared.warnings.join(', ')}`, data },
    ];
  }
  if (prepared.kind === 'delete' || !verdict || (verdict.state !== 'draft' && verdict.state !== 'failed')) return [];
  if (verdict.state === 'failed') {
    return [
      { event: 'line.failed', level: 'error', message: `${name} failed after ${tries(attempts)}: ${prepared.message}`, data: { ...data, code: prepared.code } },
    ];
  }
  return [
    {
      event: 'line.retrying',
      level: 'warning',
      message: `${name}, try ${attempts} of ${run.settings.maxRetries + 1}: ${prepared.message} Next try in ${(verdict.delayMs ?? 0) / 1000} s.`,
      data: { ...data, code: prepared.code, delayMs: verdict.delayMs },
    },
  ];
}

function tries(attempts: number): string {
  return attempts === 1 ? '1 try' : `${attempts} tries`;
}

function waitAfter(deps: WorkDeps, trouble: WooError | SyncError): number {
  const delayMs = retryDelayMs({ error: trouble, attempt: 3, now: deps.clock(), random: deps.random, policy: STORE_BACKOFF });
  return Math.max(delayMs ?? 0, STORE_BACKOFF.baseMs);
}

/** Lines that had to be read again could not be: the store refuses (a person must act) or struggles (wait). */
async function recordTrouble(sql: Sql, run: QueueRow, trouble: WooError | SyncError, waitMs: number): Promise<void> {
  const reason = `${trouble.message} ${trouble.advice}`;
  if (trouble instanceof WooError && trouble.kind === 'struggling') {
    await waitForStore(sql, run.id, { code: trouble.code, reason: trouble.message, delayMs: waitMs });
    await noteStoreError(sql, run.storeId, trouble.code);
    await appendActivity(sql, run.id, [
      {
        event: 'processing.waiting', level: 'warning',
        message: `${trouble.message} Next try in ${Math.ceil(waitMs / 1000)} s.`,
        data: { code: trouble.code, delayMs: waitMs },
      },
    ]);
    await ringWhenDue(sql, run.id);
    return;
  }
  if (trouble instanceof WooError) await pauseStore(sql, run.storeId, { code: trouble.code, reason });
  await requireAction(sql, run.id, { code: trouble.code, reason });
  await appendActivity(sql, run.id, [
    { event: 'store.paused', level: 'error', message: reason, data: { code: trouble.code } },
  ]);
}

async function endWaitOfProcessing(sql: Sql, run: QueueRow): Promise<void> {
  if (run.discoveryState !== 'walking' && run.discoveryState !== 'pending') await endWait(sql, run.id);
}

/** PostgreSQL's classes for values it cannot store: data exceptions, integrity violations, limits. */
function isAboutTheData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}

/** Tries each customer alone, and turns those that the database refuses into failures. */
async function withoutRefused(deps: WorkDeps, batch: Batch, prepared: readonly PreparedLine[]): Promise<PreparedLine[]> {
  const judged: PreparedLine[] = [];
  for (const line of prepared) {
    const refusal = line.kind === 'store' ? await refusalOf(deps, batch, line) : null;
    judged.push(
      refusal === null
        ? line
        : { line: line.line, kind: 'fail', code: 'cannot_be_stored', message: `The database refuses this customer (${refusal}).`, retryable: false },
    );
  }
  return judged;
}

async function refusalOf(deps: WorkDeps, { run }: Batch, line: PreparedLine): Promise<string | null> {
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
