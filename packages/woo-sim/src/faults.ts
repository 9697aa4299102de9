import type { CustomerStore } from './customer-store.ts';
import type { RequestEntry } from './request-log.ts';
import { createRandom } from './seeded-random.ts';

/** Which requests a rule hits; everything given must hold. */
export interface FaultMatch {
  /** The path or REST route holds this text, such as `/wc/v3/customers`. */
  route?: string;
  method?: string;
  /** The page asked for (with `offset`, the page on which it falls), or a range of pages. */
  page?: number | readonly [from: number, to: number];
  /** The offset of the first row asked for, by `page` or `offset`, or a range of offsets. */
  offset?: number | readonly [from: number, to: number];
  /** The path names this customer, or the page that would be served holds it. */
  customerId?: number;
  /** Of the requests that match, leave the first so many alone. */
  skip?: number;
  /** Hit no more than so many. */
  times?: number;
  /** Hit each with this chance, from the seeded generator. */
  probability?: number;
}

/** Changes which rows a list of customers holds. */
export type ListFault =
  | { kind: 'same-page'; offset?: number }
  | { kind: 'endless-list' }
  | { kind: 'per-page-cap'; rows: number }
  | { kind: 'shuffle'; scope: 'page' | 'list' }
  | { kind: 'duplicate'; rows: number; from?: 'page' | 'previous' }
  | { kind: 'hide'; ids: readonly number[] };

/** Changes the store just before the request is served. */
export type StoreFault =
  | {
      kind: 'mutate';
      create?: number;
      update?: readonly number[];
      delete?: readonly number[];
      deleteLowest?: number;
      silent?: boolean;
    }
  | { kind: 'hook'; run: (context: HookContext) => void | Promise<void> };

/** Stands in the place of the answer; of several, the first rule wins. */
export type ReplacingFault = OtherAnswerFault | WireFault;

export type OtherAnswerFault =
  | {
      kind: 'status';
      status: number;
      body?: 'json' | 'html' | { text: string; contentType: string };
      /** Seconds, any text at all, or a date so far from now. */
      retryAfter?: number | string | { dateInMs: number };
    }
  /** WordPress ends itself: its database is away, or it is being updated. */
  | { kind: 'wp-die'; reason: 'database' | 'maintenance' }
  | { kind: 'html200'; captcha?: boolean }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  | { kind: 'empty'; status?: number };

/** No answer that a client could take for one. */
export type WireFault =
  | { kind: 'never' }
  | { kind: 'reset' }
  | { kind: 'gzip-bomb'; inflatedBytes?: number }
  | { kind: 'endless-body'; bytes?: number };

/** Changes an answer that is otherwise right. */
export type AnswerFault =
  | { kind: 'poison'; ids: readonly number[] }
  | {
      kind: 'patch-row';
      ids: readonly number[];
      set?: Record<string, unknown>;
      remove?: readonly string[];
      /** Replaces in the row's JSON text, once each. */
      replace?: readonly (readonly [from: string, to: string])[];
    }
  | { kind: 'totals'; total: TotalsLie }
  | { kind: 'php-notice'; text?: string }
  | { kind: 'bom' }
  | { kind: 'invalid-utf8' }
  | { kind: 'truncate'; bytes?: number }
  | { kind: 'cut'; afterBytes?: number }
  | { kind: 'drip'; bytes?: number; everyMs?: number }
  | { kind: 'delay'; ms: number }
  | { kind: 'headers'; set: Record<string, string> };

/** What `X-WP-Total` says: nothing, any text, a part of the truth, or more (less) with every request. */
export type TotalsLie = 'missing' | (string & {}) | { factor: number } | { perRequest: number };

export type Fault = ListFault | StoreFault | ReplacingFault | AnswerFault;
export interface FaultRule extends FaultMatch {
  fault: Fault;
}

export interface HookContext {
  request: RequestEntry;
  customers: CustomerStore;
}

/** A rule that has been added: how often it hit, and how to take it back. */
export interface AddedFault {
  readonly rule: FaultRule;
  readonly hits: number;
  remove(): void;
}

/** The switchboard of a store's faults; every change counts from the next request on. */
export interface Faults {
  readonly added: readonly AddedFault[];
  add(...rules: FaultRule[]): AddedFault;
  /** Takes all rules back and puts these in their place. */
  set(rules: readonly FaultRule[]): void;
  clear(): void;
}

/** What the matching needs to know of a request. */
export interface FaultRequest {
  method: string;
  /** Path and REST route, so that a rule may name either. */
  where: string;
  page: number | undefined;
  offset: number | undefined;
  customerIds: readonly number[];
}

/** A fault that hits this request, with the number of times that its rule has hit by now. */
export interface Hit<F extends Fault = Fault> {
  fault: F;
  count: number;
}

interface Entry extends AddedFault {
  seen: number;
  hits: number;
}

const earlyKinds = new Set<Fault['kind']>([
  'mutate',
  'hook',
  'same-page',
  'endless-list',
  'per-page-cap',
  'shuffle',
  'duplicate',
  'hide',
]);

/** Creates the switchboard and the function that picks the faults of one request in two stages. */
export function createFaults(seed: number): Faults & {
  /** `early`: before rows are chosen (`customerId` then matches the path alone); `late`: after. */
  pick(stage: 'early' | 'late', request: FaultRequest): Hit[];
} {
  let entries: Entry[] = [];
  const random = createRandom(seed + 101);
  const addOne = (rule: FaultRule): Entry => {
    const entry: Entry = {
      rule,
      seen: 0,
      hits: 0,
      remove: () => void (entries = entries.filter((other) => other !== entry)),
    };
    entries.push(entry);
    return entry;
  };
  return {
    get added() {
      return entries;
    },
    add: (...rules) => {
      const added = rules.map(addOne);
      const first = added[0];
      if (!first) throw new TypeError('give at least one fault rule');
      return first;
    },
    set: (rules) => {
      entries = [];
      rules.forEach(addOne);
    },
    clear: () => void (entries = []),
    pick: (stage, request) =>
      entries
        .filter(({ rule }) => earlyKinds.has(rule.fault.kind) === (stage === 'early'))
        .filter((entry) => hits(entry, request, random))
        .map(({ rule, hits: count }) => ({ fault: rule.fault, count })),
  };
}

function hits(entry: Entry, request: FaultRequest, random: () => number): boolean {
  const { rule } = entry;
  if (!matches(rule, request)) return false;
  if (entry.seen++ < (rule.skip ?? 0)) return false;
  if (entry.hits >= (rule.times ?? Infinity)) return false;
  if (rule.probability !== undefined && random() >= rule.probability) return false;
  entry.hits++;
  return true;
}

function matches(rule: FaultRule, request: FaultRequest): boolean {
  if (rule.route !== undefined && !request.where.includes(rule.route)) return false;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (rule.customerId !== undefined && !request.customerIds.includes(rule.customerId)) return false;
  return within(rule.page, request.page) && within(rule.offset, request.offset);
}

function within(
  wanted: number | readonly [from: number, to: number] | undefined,
  value: number | undefined,
): boolean {
  if (wanted === undefined) return true;
  if (value === undefined) return false;
  if (typeof wanted === 'number') return value === wanted;
  return value >= wanted[0] && value <= wanted[1];
}

/** The hits of the given kinds, in the order of their rules. */
export function hitsOf<K extends Fault['kind']>(
  found: readonly Hit[],
  ...kinds: K[]
): Hit<Extract<Fault, { kind: K }>>[] {
  const wanted: readonly string[] = kinds;
  return found.filter((hit): hit is Hit<Extract<Fault, { kind: K }>> =>
    wanted.includes(hit.fault.kind),
  );
}
