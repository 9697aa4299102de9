import { momentOf, type Reading } from '../../domain/choose-answer.ts';
import { rowId } from '../../domain/customer-mapping.ts';
import type { ClaimedLine } from '../../sql/lines.ts';
import type { WooClient } from '../../woo/create-woo-client.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { mayBeOneRecord, WooError } from '../../woo/woo-error.ts';

/** What a line is applied from. */
export type LineSource =
  | { kind: 'row'; row: unknown; reading: Reading }
  /** The store no longer has this customer. */
  | { kind: 'gone'; reading: Reading }
  | { kind: 'unreadable'; code: string; message: string };

/** A line whose first try failed, or that a retry brought back, is read from the store again. */
export function needsReread(line: ClaimedLine): boolean {
  return line.attempts > 1 || line.round > 1 || line.payload === null;
}

export interface ReadAgainDeps {
  client: WooClient;
  /** Takes requests out of the run's budget; false where it does not hold that many. */
  spend(requests: number): Promise<boolean>;
  roleFilter: string;
  now: () => Date;
  signal: AbortSignal;
}

/**
 * Reads customers from the store again, all in one request where the store can serve them together.
 *
 * @returns by position
 * @throws WooError where the store refuses or struggles: no line is to blame
 */
export async function readAgain(
  deps: ReadAgainDeps,
  lines: readonly ClaimedLine[],
): Promise<Map<number, LineSource>> {
  const sources = new Map<number, LineSource>();
  const known = lines.filter((line) => line.wooCustomerId !== null);
  for (const line of lines) {
    if (line.wooCustomerId === null) sources.set(line.position, await readUnidentified(deps, line));
  }
  const rows = await readTogether(deps, known);
  for (const line of known) {
    const together = rows?.get(line.wooCustomerId as number);
    sources.set(line.position, together ?? (await readOne(deps, line.wooCustomerId as number)));
  }
  return sources;
}

/** Null where the store fails on some customer among them, which one is found by asking one by one. */
async function readTogether(
  deps: ReadAgainDeps,
  lines: readonly ClaimedLine[],
): Promise<Map<number, LineSource> | null> {
  if (lines.length === 0) return new Map();
  await spendOrThrow(deps);
  try {
    const ids = lines.map((line) => line.wooCustomerId as number);
    const page = await deps.client.fetchCustomers(ids, { signal: deps.signal });
    return new Map(page.rows.flatMap((row) => toEntry(row, page)));
  } catch (error) {
    if (error instanceof WooError && isAboutTheRecords(error)) return null;
    throw error;
  }
}

function toEntry(row: unknown, { reading }: CustomerPage): [number, LineSource][] {
  const id = rowId(row);
  return id === null ? [] : [[id, { kind: 'row', row, reading }]];
}

async function readOne(deps: ReadAgainDeps, wooId: number): Promise<LineSource> {
  await spendOrThrow(deps);
  try {
    const { row, reading } = await deps.client.fetchCustomer(wooId, { signal: deps.signal });
    return row === null ? { kind: 'gone', reading } : { kind: 'row', row, reading };
  } catch (error) {
    if (error instanceof WooError && isAboutTheRecords(error)) {
      return { kind: 'unreadable', code: error.code, message: `${error.message} ${error.advice}` };
    }
    throw error;
  }
}

/** A record that had no usable id when the list was read: asked for by its place. */
async function readUnidentified(deps: ReadAgainDeps, line: ClaimedLine): Promise<LineSource> {
  const place = /^behind:(\d+):(\d+)$/.exec(line.unidentifiedRowKey ?? '');
  if (!place)
    return {
      kind: 'row',
      row: line.payload,
      reading: line.reading ?? momentOf(deps.now().getTime()),
    };
  const lastId = Number(place[1]);
  await spendOrThrow(deps);
  try {
    const page = await deps.client.listCustomers({
      offset: Number(place[2]),
      perPage: 1,
      role: deps.roleFilter,
      signal: deps.signal,
    });
    const [row] = page.rows;
    if (row === undefined) return { kind: 'gone', reading: page.reading };
    const id = rowId(row);
    if (id !== null && id > lastId) return { kind: 'row', row, reading: page.reading };
    return {
      kind: 'unreadable',
      code: 'unreadable_record',
      message: 'The list moved, so that this record cannot be found by its place. Start a new run.',
    };
  } catch (error) {
    if (error instanceof WooError && isAboutTheRecords(error)) {
      return { kind: 'unreadable', code: error.code, message: `${error.message} ${error.advice}` };
    }
    throw error;
  }
}

/** An answer that a request for these very customers brings about says nothing against the store. */
function isAboutTheRecords(error: WooError): boolean {
  return error.kind === 'record' || (mayBeOneRecord(error) && !error.code.startsWith('timeout'));
}

async function spendOrThrow(deps: ReadAgainDeps): Promise<void> {
  if (!(await deps.spend(1)))
    throw new RereadBudgetSpentError('The requests of this run are used up.');
}

/** No requests are left to read customers again. */
export class RereadBudgetSpentError extends Error {
  override readonly name = 'RereadBudgetSpentError';
}
