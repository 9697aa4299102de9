import type { Reading } from '../domain/choose-answer.ts';
import { asList } from '../domain/read-field.ts';
import { asWordPressError, classifyFailure, classifyPage } from './classify-answer.ts';
import { parseStoreJson, type JsonWarning, type ParsedJson } from './parse-json.ts';
import { readingOf, type StoreAnswer } from './send-request.ts';
import { readStoreDate } from './store-date.ts';
import { WooError } from './woo-error.ts';

/** Problems of a usable response. */
export type PageWarning = JsonWarning | 'bom' | 'total_missing' | 'total_invalid' | 'cached';

export interface CustomerPage {
  /** As sent, in the store's order; `parseCustomer` validates each. */
  readonly rows: readonly unknown[];
  /** X-WP-Total: for display and reconciliation only. Null if absent or invalid. */
  readonly total: number | null;
  readonly totalPages: number | null;
  /** The store's clock (Date header) when it responded. */
  readonly storeDate: Date | null;
  /** When the store produced the response, by our clock. */
  readonly reading: Reading;
  readonly warnings: readonly PageWarning[];
  /** Decoded bytes of the body. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** A response older than this comes from a cache and is rejected. */
const maxAgeSeconds = 300;

/**
 * Reads a page of customers. A 2xx counts as success only if it is a JSON array that is not from an old cache.
 * @param now epoch milliseconds
 * @throws WooError
 */
export function readCustomerPage(answer: StoreAnswer, now: number): CustomerPage {
  const { value, warnings } = readJson(answer, now);
  const rows = rowsOf(value);
  if (rows === null) throw new WooError('bad_answer', { status: answer.status });
  const total = readCount(answer.header('x-wp-total'));
  return {
    rows,
    total: total.count,
    totalPages: readCount(answer.header('x-wp-totalpages')).count,
    storeDate: readStoreDate(answer.header('date')),
    reading: readingOf(answer),
    warnings: [...warnings, ...total.warnings, ...cacheWarnings(answer)],
    bytes: answer.bytes,
    durationMs: answer.durationMs,
  };
}

/** A list, or what PHP makes of one from which a plugin took entries: an object with numbers for keys. */
function rowsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  // An empty object does not count as an empty page, which would mean that the store has no customers.
  return isObject(value) && Object.keys(value).length > 0 ? asList(value) : null;
}

/** One customer, requested by id. */
export interface CustomerAnswer {
  /** As sent; null if the store has no such customer. */
  readonly row: Record<string, unknown> | null;
  /** The store's clock when it responded. */
  readonly storeDate: Date | null;
  /** When the store produced the response, by our clock. */
  readonly reading: Reading;
}

/** Reads one customer. @throws WooError */
export function readCustomer(answer: StoreAnswer, now: number): CustomerAnswer {
  return {
    row: readObject(answer, now),
    storeDate: readStoreDate(answer.header('date')),
    reading: readingOf(answer),
  };
}

/** Reads a response that must be one JSON object. @throws WooError */
export function readObject(answer: StoreAnswer, now: number): Record<string, unknown> {
  const { value } = readJson(answer, now);
  if (!isObject(value)) throw new WooError('bad_answer', { status: answer.status });
  return value;
}

function readJson(answer: StoreAnswer, now: number) {
  const { value, warnings } = parseAnswer(answer);
  const wordPress = asWordPressError(value);
  if (wordPress) throw classifyFailure(answer, now, wordPress);
  const bom: PageWarning[] = answer.hadBom ? ['bom'] : [];
  return { value, warnings: [...bom, ...warnings] };
}

/** Data first: what a page cache or a plugin adds may look like a page. */
function parseAnswer(answer: StoreAnswer): ParsedJson {
  if (answer.text.trim() === '') {
    throw classifyPage(answer) ?? new WooError('empty_answer', { status: answer.status });
  }
  try {
    return parseStoreJson(answer.text);
  } catch (error) {
    throw classifyPage(answer) ?? error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCount(header: string | null): { count: number | null; warnings: PageWarning[] } {
  if (header === null) return { count: null, warnings: ['total_missing'] };
  const count = /^\d{1,15}$/.test(header.trim()) ? Number(header) : null;
  return { count, warnings: count === null ? ['total_invalid'] : [] };
}

/** Each request has a nonce, so a cached response ignored the query. */
function cacheWarnings({ header, status }: StoreAnswer): PageWarning[] {
  const age = Number(header('age') ?? 0);
  if (age > maxAgeSeconds) throw new WooError('cached', { status });
  const hit = ['x-litespeed-cache', 'x-cache', 'cf-cache-status', 'x-proxy-cache'].some((name) =>
    /\bhit\b/i.test(header(name) ?? ''),
  );
  return hit || age > 0 ? ['cached'] : [];
}
