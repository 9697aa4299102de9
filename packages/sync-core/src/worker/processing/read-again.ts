import { toOperatorMessage } from '../../domain/operator-message.ts';
import { momentOf, type Reading } from '../../domain/choose-answer.ts';
import { rowId } from '../../domain/customer-mapping.ts';
import type { ClaimedLine } from '../../sql/lines.ts';
import type { WooClient } from '../../woo/create-woo-client.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { mayBeOneRecord, WooError } from '../../woo/woo-error.ts';

/** The source of a line's customer. */
export type LineSource =
  | { kind: 'row'; row: unknown; reading: Reading }
  /** The store no longer has this customer. */
  | { kind: 'gone'; reading: Reading }
  | { kind: 'unreadable'; code: string; message: string };

/** A line whose first attempt failed, or that is retried, will be read from the store. */
export function needsReread(line: ClaimedLine): boolean {
  return line.attempts > 1 || line.round > 1 || line.payload === null;
}

export interface ReadAgainDeps {
  client: WooClient;
  /** Reserves one request from the run's budget. @throws BudgetSpentError */
  spend: () => Promise<void>;
  roleFilter: string;
  now: () => Date;
  signal: AbortSignal;
}

/**
 * Reads customers from the store again, in one request if the store can serve them together.
 *
 * @returns by position
 * @throws WooError if the store rejects us or is overloaded: no line is the cause
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

/** Null if the store fails on one of them; requesting them one by one shows which. */
async function readTogether(
  deps: ReadAgainDeps,
  lines: readonly ClaimedLine[],
): Promise<Map<number, LineSource> | null> {
  if (lines.length === 0) return new Map();
  await deps.spend();
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
  await deps.spend();
  try {
    const { row, reading } = await deps.client.fetchCustomer(wooId, { signal: deps.signal });
    return row === null ? { kind: 'gone', reading } : { kind: 'row', row, reading };
  } catch (error) {
    if (error instanceof WooError && isAboutTheRecords(error)) {
      return { kind: 'unreadable', code: error.code, message: toOperatorMessage(error) };
    }
    throw error;
  }
}

/** A record without a usable id is requested by its position in the list. */
async function readUnidentified(deps: ReadAgainDeps, line: ClaimedLine): Promise<LineSource> {
  const place = /^behind:(\d+):(\d+)$/.exec(line.unidentifiedRowKey ?? '');
  if (!place)
    return {
      kind: 'row',
      row: line.payload,
      reading: line.reading ?? momentOf(deps.now().getTime()),
    };
  const lastId = Number(place[1]);
  await deps.spend();
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
      message: 'The list changed, so this record cannot be found by its position. Start a new run.',
    };
  } catch (error) {
    if (error instanceof WooError && isAboutTheRecords(error)) {
      return { kind: 'unreadable', code: error.code, message: toOperatorMessage(error) };
    }
    throw error;
  }
}

/** A failure caused by the requested customers says nothing about the store. */
function isAboutTheRecords(error: WooError): boolean {
  return error.kind === 'record' || (mayBeOneRecord(error) && !error.code.startsWith('timeout'));
}
