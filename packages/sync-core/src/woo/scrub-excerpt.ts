import { cutText } from '../domain/clean-json.ts';

const maxExcerptLength = 200;

/**
 * Makes a piece of a store's own words fit for a log: the title of a page or its text without
 * markup, without e-mail addresses, keys, query strings, long numbers and control characters; at
 * most 200 characters.
 */
export function scrubExcerpt(text: string): string | null {
  const head = text.slice(0, 20_000);
  const title = /<title[^>]{0,200}>([^<]{1,400})<\/title>/i.exec(head)?.[1];
  // The patterns below take time by the square of the length, at worst.
  const words = (title ?? withoutMarkup(head).slice(0, 2_000))
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[^\s@]{1,64}@\S+/g, '[e-mail]')
    .replace(/\b(?:ck|cs)_\w+/gi, '[key]')
    .replace(/(https?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1')
    .replace(/[A-Za-z0-9+/=_-]{32,}/g, (token) => (/\d/.test(token) ? '[token]' : token))
    .replace(/\+?\d(?:[\s./()-]?\d){5,}/g, '[number]')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? null : cutText(words, maxExcerptLength);
}

function withoutMarkup(text: string): string {
  return text
    .replace(/<(script|style|head)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<[^>]*>?/g, ' ');
}
