import { type Decoration, isPhpMessage, withoutDecoration } from './read-decorated.ts';
import { WooError } from './woo-error.ts';

/** One customer must not fail a page: nesting deeper than 32 levels is removed from the customer. */
export const maxJsonDepth = 512;

/** Problems of a text that could still be parsed. */
export type JsonWarning = Decoration | 'big_number' | 'proto_key';

export interface ParsedJson {
  readonly value: unknown;
  readonly warnings: readonly JsonWarning[];
}

/**
 * Parses a store's response without guessing data.
 * - Additions of page caches, plugins and PHP around complete JSON are ignored, with a warning.
 * - Numbers that a double cannot hold (ids above 2^53, 1e400) become strings of their digits, never a rounded
 * neighbour; a strict schema then rejects them where a number is expected.
 * - `__proto__` keys are removed. Of duplicate keys the last one wins.
 * - Nesting is limited (512) before anything is parsed.
 * @throws WooError not_json, php_noise, truncated, too_deep.
 */
export function parseStoreJson(text: string): ParsedJson {
  const clean = parseWhole(text.trim());
  if (clean) return encodedTwice(clean.value) ?? clean;
  const bare = withoutDecoration(text, (json) => scanNesting(json).end);
  const rescued = bare && parseWhole(bare.json);
  if (rescued)
    return { value: rescued.value, warnings: [...bare.decorations, ...rescued.warnings] };
  throw explainFailure(text.trim());
}

/** A plugin that encodes JSON twice: the value is a text that contains the complete JSON. */
function encodedTwice(value: unknown): ParsedJson | null {
  const inner =
    typeof value === 'string' && /^\s*[[{]/.test(value) ? parseWhole(value.trim()) : null;
  return inner && { value: inner.value, warnings: ['decorated', ...inner.warnings] };
}

function parseWhole(json: string): ParsedJson | null {
  if (scanNesting(json).deepest > maxJsonDepth) throw new WooError('too_deep');
  const warnings = new Set<JsonWarning>();
  try {
    const value: unknown = needsCare(json)
      ? JSON.parse(json, carefulReviver(warnings))
      : JSON.parse(json);
    return { value, warnings: [...warnings] };
  } catch {
    // The parser's error quotes the text, so it must not be passed on.
    return null;
  }
}

/** Cheap test of the raw text; a false positive only costs time. */
function needsCare(json: string): boolean {
  return /[:,[\s]-?(?:\d{16}|\d[\d.]*[eE])|__proto__|\\u005[fF]/.test(json);
}

function carefulReviver(warnings: Set<JsonWarning>) {
  return (key: string, value: unknown, context?: { source?: string }): unknown => {
    if (key === '__proto__') {
      warnings.add('proto_key');
      return undefined;
    }
    if (typeof value !== 'number' || isFaithful(value, context?.source)) return value;
    warnings.add('big_number');
    return context?.source;
  };
}

function isFaithful(value: number, source: string | undefined): boolean {
  if (source === undefined) return true;
  if (!Number.isFinite(value)) return false;
  const isInteger = /^-?\d+$/.test(source);
  return !isInteger || Number.isSafeInteger(value);
}

interface Nesting {
  readonly deepest: number;
  /** Index after the bracket that closes the first value, or -1 if it is never closed. */
  readonly end: number;
}

/** Counts brackets outside strings, without recursion. */
function scanNesting(json: string): Nesting {
  let depth = 0;
  let deepest = 0;
  let end = -1;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (char === 0x22) i = endOfString(json, i);
    else if (char === 0x5b || char === 0x7b) deepest = Math.max(deepest, ++depth);
    else if ((char === 0x5d || char === 0x7d) && --depth === 0 && end === -1) end = i + 1;
  }
  return { deepest, end };
}

/** Index of the quote that ends the string starting at `start`, or of the end of the text. */
function endOfString(json: string, start: number): number {
  let at = json.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at === -1 ? json.length : at;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (json.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}

/** No excerpt of a text that begins like data. */
function explainFailure(text: string): WooError {
  if (isPhpMessage(text)) return new WooError('php_noise', { excerpt: text.slice(0, 2_000) });
  if (!/^[[{]/.test(text)) return new WooError('not_json', { excerpt: text.slice(0, 20_000) });
  const { end } = scanNesting(text);
  if (end === -1) return new WooError('truncated');
  const rest = text.slice(end);
  if (isPhpMessage(rest)) return new WooError('php_noise', { excerpt: rest });
  return new WooError('not_json', { detail: 'malformed JSON' });
}
