import type { CustomerStore } from './customer-store.ts';
import type { RequestEntry } from './request-log.ts';
import { createRandom } from './seeded-random.ts';

/** Which requests a rule matches; all given conditions must hold. */
export interface FaultMatch {
  /** The path or REST route contains this text, such as `/wc/v3/customers`. */
  route?: string;
  method?: string;
  /** The requested page (with `offset`, the page that contains it), or a range of pages. */
  page?: number | readonly [from: number, to: number];
  /** The offset of the first requested row, by `page` or `offset`, or a range of offsets. */
  offset?: number | readonly [from: number, to: number];
  /** The path names this customer, or the page to be served contains it. */
  customerId?: number;
  /** Skips this many matching requests. */
  skip?: number;
  /** Matches at most this many requests. */
  times?: number;
  /** Matches each with this probability, from the seeded generator. */
  probability?: number;
}

/** Changes which rows a list of customers contains. */
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

/** Replaces the response; of several, the first rule wins. */
export type ReplacingFault = OtherAnswerFault | WireFault;

export type OtherAnswerFault =
  | {
      kind: 'status';
      status: number;
      body?: 'json' | 'html' | { text: string; contentType: string };
      /** Seconds, any text, or a date this far from now. */
      retryAfter?: number | string | { dateInMs: number };
    }
  /** WordPress itself fails: its database is unavailable, or it is being updated. */
  | { kind: 'wp-die'; reason: 'database' | 'maintenance' }
  | { kind: 'html200'; captcha?: boolean }
  | { kind: 'redirect'; to: string; status?: 301 | 302 | 303 | 307 | 308 }
  | { kind: 'empty'; status?: number };

/** No usable response. */
export type WireFault =
  | { kind: 'never' }
  | { kind: 'reset' }
  | { kind: 'gzip-bomb'; inflatedBytes?: number }
  | { kind: 'endless-body'; bytes?: number };

/** Changes an otherwise correct response. */
export type AnswerFault =
  | { kind: 'poison'; ids: readonly number[] }
  | {
      kind: 'patch-row';
      ids: readonly number[];
      set?: Record<string, unknown>;
      remove?: readonly string[];
      /** Replacements in the row's JSON text, once each. */
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

/** The value of `X-WP-Total`: missing, any text, a fraction of the true total, or growing (shrinking) with every request. */
export type TotalsLie = 'missing' | (string & {}) | { factor: number } | { perRequest: number };

export type Fault = ListFault | StoreFault | ReplacingFault | AnswerFault;
export interface FaultRule extends FaultMatch {
  fault: Fault;
}

export interface HookContext {
  request: RequestEntry;
  customers: CustomerStore;
}

/** An added rule: how often it matched, and how to remove it. */
export interface AddedFault {
  readonly rule: FaultRule;
  readonly hits: number;
  remove(): void;
}

/** Controls a store's faults; changes apply from the next request. */
export interface Faults {
  readonly added: readonly AddedFault[];
  add(...rules: FaultRule[]): AddedFault;
  /** Replaces all rules. */
  set(rules: readonly FaultRule[]): void;
  clear(): void;
}

/** The parts of a request that rules match. */
export interface FaultRequest {
  method: string;
  /** Path and REST route, so that a rule may use either. */
  where: string;
  page: number | undefined;
  offset: number | undefined;
  customerIds: readonly number[];
}

/** A fault of this request, with the number of times its rule has matched. */
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

/** Creates the control and the function that selects the faults of a request in two stages. */
export function createFaults(seed: number): Faults & {
  /** `early`: before rows are selected (`customerId` then matches the path only); `late`: after. */
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

/** The faults of the given kinds, in the order of their rules. */
export function hitsOf<K extends Fault['kind']>(
  found: readonly Hit[],
  ...kinds: K[]
): Hit<Extract<Fault, { kind: K }>>[] {
  const wanted: readonly string[] = kinds;
  return found.filter((hit): hit is Hit<Extract<Fault, { kind: K }>> =>
    wanted.includes(hit.fault.kind),
  );
}
