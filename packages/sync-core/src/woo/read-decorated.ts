/** What was ignored around complete JSON. */
export type Decoration = 'php_noise' | 'decorated';

export interface Undecorated {
  readonly json: string;
  readonly decorations: readonly Decoration[];
}

/** Comments of page caches, and complete elements that plugins put before every response. */
const prefix =
  /^(?:\s|<!--[\s\S]*?-->|<(style|script|noscript)\b[^>]*>[\s\S]*?<\/\1\s*>|<(?:link|meta)\b[^>]*>)*/i;

/** With the tags and the time that PHP, a log handler or Xdebug puts before it. */
const phpMessage =
  /^\s*(?:<[^>]{0,200}>\s*|\[\d\d-[A-Z][a-z]{2}-\d{4} [^\]]{1,40}\]\s*|\( ! \)\s*){0,14}(?:PHP\s+|WordPress database error|(?:Fatal|Parse|Recoverable fatal|Catchable fatal) error|Strict Standards|Warning|Notice|Deprecated)/i;

/** A second JSON text: it is unknown which one is the response. */
const secondValue = /(?:^|[>\s])(?:\[\s*[\]{["\d]|\{\s*["}])/;

/** A call of JSONP. Its brackets prove that nothing is lost. */
const jsonp = /^(?:\/\*\*\/\s*)?[\w$.]{1,100}\s*\(\s*([[{][\s\S]*[\]}])\s*\)\s*;?\s*$/;

/** What frameworks put before JSON so that no page can load it as a script. */
const scriptGuard = /^(?:\)\]\}'?,?|(?:for\(;;\)|while\(1\));|&&&START&&&)\s*(?=[[{])/;

/** What `wp_die`, `die( 0 )` or a forgotten `echo` leaves behind an answer. */
const strayWord = /^\s*(?:-?[01]|null|true|false|ok|\uFEFF)\s*$/i;

const maxNoise = 20_000;
const maxCandidates = 20;

/** Whether a text begins like a PHP message. */
export function isPhpMessage(text: string): boolean {
  return phpMessage.test(text);
}

/**
 * Finds the one complete JSON value of a decorated text. Before it may be comments, complete `style`,
 * `script`, `link` and `meta` elements, JSON hijacking guards and PHP messages; after it comments, tags, a
 * stray word and PHP messages; around it a JSONP call. Never after an unknown prefix, which could be the lost
 * first half of the data.
 *
 * @param endOfValue index after the first bracketed value of a text, or -1 if it is never closed
 * @returns null if there is none, or something that may not be ignored
 */
export function withoutDecoration(
  text: string,
  endOfValue: (json: string) => number,
): Undecorated | null {
  const call = jsonp.exec(text.trim())?.[1];
  if (call !== undefined && endOfValue(call) === call.length)
    return { json: call, decorations: ['decorated'] };
  const bare = text.slice(prefix.exec(text)?.[0].length ?? 0).replace(scriptGuard, '');
  const isBehindNoise = isPhpMessage(bare);
  for (const at of isBehindNoise ? candidatesIn(bare) : [0]) {
    const json = bare.slice(at);
    if (!/^[[{]/.test(json)) continue;
    const end = endOfValue(json);
    const behind = end === -1 ? null : decorationBehind(json.slice(end));
    if (behind === null) continue;
    const before: Decoration[] = isBehindNoise
      ? ['php_noise']
      : text.slice(0, text.length - bare.length).trim() === ''
        ? []
        : ['decorated'];
    return { json: json.slice(0, end), decorations: [...new Set([...before, ...behind])] };
  }
  return null;
}

/** JSON starts a line or follows a tag; brackets within a message do not. */
function candidatesIn(text: string): number[] {
  const starts: number[] = [];
  for (const { index } of text.slice(0, maxNoise).matchAll(/[[{]/g)) {
    if (/[\s>]/.test(text[index - 1] ?? '>')) starts.push(index);
    if (starts.length === maxCandidates) break;
  }
  return starts;
}

/** Null if the text after a value may be part of the data. */
function decorationBehind(rest: string): Decoration[] | null {
  if (rest.trim() === '') return [];
  if (strayWord.test(rest)) return ['decorated'];
  const withoutComments = rest.replace(/<!--[\s\S]*?-->/g, ' ').trimStart();
  if (withoutComments === '') return ['decorated'];
  const isPhp = isPhpMessage(withoutComments);
  if (!isPhp && !withoutComments.startsWith('<')) return null;
  const words = withoutComments
    .replace(/<(style|script|noscript)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/\[\d\d-[A-Z][a-z]{2}-\d{4} [^\]]{1,40}\]/g, ' ');
  if (secondValue.test(words)) return null;
  return [isPhp ? 'php_noise' : 'decorated'];
}
