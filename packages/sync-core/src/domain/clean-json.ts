export interface JsonInspection {
  /** Characters of all keys and strings plus a constant for each value: never more than the JSON text. */
  readonly size: number;
  readonly tooDeep: boolean;
  /** Contains what PostgreSQL cannot store (NUL, lone surrogates) or a `__proto__` key. */
  readonly dirty: boolean;
}

/**
 * Measures a parsed value in one pass and reports whether it can be stored unchanged. Stops as soon as
 * `maxSize` or `maxDepth` is exceeded, so its cost is bounded.
 */
export function inspectJson(value: unknown, maxSize: number, maxDepth: number): JsonInspection {
  let size = 0;
  let tooDeep = false;
  let dirty = false;

  function see(item: unknown, depth: number): void {
    if (typeof item === 'string') return seeText(item);
    size += 1;
    if (typeof item !== 'object' || item === null || size > maxSize) return;
    if (depth >= maxDepth) {
      tooDeep = true;
      return;
    }
    if (Array.isArray(item)) {
      for (const entry of item) see(entry, depth + 1);
      return;
    }
    for (const key in item) {
      seeText(key);
      dirty ||= key === '__proto__';
      see((item as Record<string, unknown>)[key], depth + 1);
    }
  }

  function seeText(text: string): void {
    size += text.length + 2;
    dirty ||= !isStorable(text);
  }

  see(value, 0);
  return { size, tooDeep, dirty };
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** What was removed from a value so that PostgreSQL can store it. */
export type Correction = 'nul_removed' | 'lone_surrogate_replaced' | 'proto_key_removed';

/**
 * Returns a copy that PostgreSQL can store: no NUL, lone surrogates replaced by U+FFFD, no `__proto__` keys.
 * The caller must have limited the depth.
 */
export function cleanJson(value: unknown, onCorrection: (what: Correction) => void): unknown {
  if (typeof value === 'string') return cleanText(value, onCorrection);
  if (Array.isArray(value)) return value.map((entry) => cleanJson(entry, onCorrection));
  if (typeof value !== 'object' || value === null) return value;
  const clean: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const cleanKey = cleanText(key, onCorrection);
    if (cleanKey === '__proto__') onCorrection('proto_key_removed');
    else clean[cleanKey] = cleanJson(entry, onCorrection);
  }
  return clean;
}

function cleanText(text: string, onCorrection: (what: Correction) => void): string {
  let clean = text;
  if (clean.includes('\0')) {
    onCorrection('nul_removed');
    clean = clean.replaceAll('\0', '');
  }
  if (clean.isWellFormed()) return clean;
  onCorrection('lone_surrogate_replaced');
  return clean.toWellFormed();
}

/** The first `max` characters, without half of a surrogate pair at the cut. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const isSplit = (text.charCodeAt(max - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isSplit ? max - 1 : max);
}
