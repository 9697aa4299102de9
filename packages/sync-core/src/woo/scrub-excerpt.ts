import { cutText } from '../domain/clean-json.ts';

const maxExcerptLength = 200;

/**
 * Makes an excerpt of a store's text safe for a log. Texts may contain rows of customers, so only the title of
 * a page, the location of a PHP message, and plain words up to the first sign of data are used; without email
 * addresses, keys, query strings, long numbers and control characters; at most 200 characters.
 */
export function scrubExcerpt(text: string): string | null {
  const head = text.slice(0, 20_000);
  const words = pageTitle(head) ?? phpPlace(head) ?? plainWords(head);
  // The patterns below take quadratic time in the worst case.
  const clean = words
    .slice(0, 2_000)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[^\s@]{1,64}@\S+/g, '[email]')
    .replace(/\b(?:ck|cs)_\w+/gi, '[key]')
    .replace(/(https?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1')
    .replace(/[A-Za-z0-9+/=_-]{32,}/g, (token) => (/\d/.test(token) ? '[token]' : token))
    .replace(/\+?\d(?:[\s./()-]?\d){5,}/g, '[number]')
    .replace(/\s+/g, ' ')
    .trim();
  return clean === '' ? null : cutText(clean, maxExcerptLength);
}

/** The title of a page, or null. */
export function pageTitle(text: string): string | null {
  return /<title[^>]{0,200}>([^<]{1,400})<\/title>/i.exec(text)?.[1]?.trim() ?? null;
}

const phpMessage =
  /\b((?:Fatal|Parse|Recoverable fatal|Catchable fatal) error|Strict Standards|Warning|Notice|Deprecated)(?:<\/b>)?:[\s\S]{1,2000}?\sin\s+(?:<b>)?([^\s<:]{1,400}\.php)(?:<\/b>)?(?::| on line\s+(?:<b>)?)(\d{1,6})/i;

/** Kind and location of the first PHP message, which name the plugin. Its text may contain data. */
function phpPlace(text: string): string | null {
  const [, kind, path = '', line] = phpMessage.exec(text) ?? [];
  if (kind === undefined) return null;
  const short = /wp-(?:content|includes|admin)\/.*$/.exec(path)?.[0] ?? path.split('/').at(-1);
  return `PHP ${kind} in ${short} on line ${line}`;
}

/** JSON members, output of var_dump, print_r, serialize and SQL, cells, and names of our fields. */
const signOfData =
  /<(?:table|t[dhr]|dl|dd|li|pre)\b|\b(?:first|last|display)_?name\b|\b(?:billing|shipping)_|\buser_(?:login|email)\b|[[{]\s*[[{"']|["'][\w -]{1,60}["']\s*(?::|=>|\])|\[[\w-]{1,60}\]\s*=>|\b[aOs]:\d{1,9}:|\bValues\s*\(|\bwhere\b.{0,80}=|\bduplicate entry\b|\bfor query\b/i;

/** The words of a text that is not a page, up to the first sign of data. */
function plainWords(text: string): string {
  if (/^\s*<(?:!doctype|html|head|body|\?xml)\b/i.test(text)) return '';
  const at = text.search(signOfData);
  return withoutMarkup(at === -1 ? text : text.slice(0, at));
}

function withoutMarkup(text: string): string {
  return text
    .replace(/<(script|style|head)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<[^>]*>?/g, ' ');
}
