/** A value of a PHP query string: text, or the result of `name[]=` and `name[key]=`. */
export type PhpValue = string | Map<string, string>;
/** PHP's `$_GET`: in order of first appearance, the last value of a repeated name wins. */
export type PhpQuery = Map<string, PhpValue>;

/** Parses a raw query string (without `?`) the way PHP fills `$_GET`; nesting deeper than one level is flattened. */
export function parsePhpQuery(raw: string): PhpQuery {
  const query: PhpQuery = new Map();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = phpUrlDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : phpUrlDecode(pair.slice(equals + 1));
    assign(query, name, value);
  }
  return query;
}

function assign(query: PhpQuery, name: string, value: string): void {
  const bracket = name.indexOf('[');
  if (bracket <= 0 || !name.includes(']', bracket)) {
    query.set(name.replace(/[ .]/g, '_'), value);
    return;
  }
  const base = name.slice(0, bracket).replace(/[ .]/g, '_');
  const key = name.slice(bracket + 1, name.indexOf(']', bracket));
  const existing = query.get(base);
  const list = existing instanceof Map ? existing : new Map<string, string>();
  list.set(key === '' ? String(list.size) : key, value);
  query.set(base, list);
}

/** PHP's `urldecode`: `+` is a blank, invalid escapes stay unchanged, invalid UTF-8 becomes U+FFFD. */
export function phpUrlDecode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBytes(spaced);
  }
}

function decodeBytes(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const escape = /^%([0-9a-fA-F]{2})/.exec(text.slice(at, at + 3));
    if (escape) {
      bytes.push(Number.parseInt(escape[1] ?? '0', 16));
      at += 2;
    } else {
      bytes.push(...Buffer.from(text.charAt(at)));
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/** PHP's `rawurlencode` (RFC 3986), also the encoding of OAuth 1.0a. */
export function rawUrlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase(),
  );
}

/** PHP's `urlencode`: like `rawurlencode`, but `+` for a blank and `%7E` for a tilde. */
function urlEncode(text: string): string {
  return rawUrlEncode(text).replaceAll('%20', '+').replaceAll('~', '%7E');
}

/**
 * WordPress's `add_query_arg(query, url)` followed by `add_query_arg('page', page, …)`, quirks included:
 * an `=` at the end of a value is lost, empty lists vanish, and every other parameter is echoed,
 * `consumer_secret` among them.
 */
export function echoQuery(url: string, query: PhpQuery, page: number): string {
  const mark = url.indexOf('?');
  const own = mark < 0 ? new Map() : parsePhpQuery(url.slice(mark + 1));
  const once = parsePhpQuery(buildQuery(new Map([...own, ...query]), (text) => text));
  once.set('page', String(page));
  return (mark < 0 ? url : url.slice(0, mark)) + '?' + buildQuery(once, urlEncode);
}

function buildQuery(query: PhpQuery, encode: (text: string) => string): string {
  const pairs: string[] = [];
  for (const [name, value] of query) {
    if (typeof value === 'string') pairs.push(`${encode(name)}=${encode(value)}`);
    else
      for (const [key, item] of value)
        pairs.push(`${encode(name)}%5B${encode(key)}%5D=${encode(item)}`);
  }
  return pairs.join('&').replace(/=(&|$)/g, '$1');
}
