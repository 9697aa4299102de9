import type { Dispatcher } from 'undici';

import { type ApiRoot, movedRoot, parentsOf, rootAt, rootNamedBy } from './api-root.ts';
import { asWordPressError, classifyFailure } from './classify-answer.ts';
import { parseStoreJson } from './parse-json.ts';
import { baseUrlOf, parseStoreUrl, type AddressRules } from './parse-store-url.ts';
import { defaultMaxBodyBytes } from './read-body.ts';
import { readObject } from './customer-page.ts';
import { readSite, type SiteFacts, UNKNOWN_SITE } from './read-site.ts';
import { defaultTimeouts, sendRequest, type StoreAnswer, type Timeouts } from './send-request.ts';
import { buildStoreRequest, type WebLogin, withWebLogin } from './store-request.ts';
import { defaultUserAgent } from './store-transport.ts';
import { WooError, type WooErrorCode } from './woo-error.ts';

export interface FindIndexOptions extends AddressRules {
  readonly dispatcher: Dispatcher;
  readonly userAgent?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => number) | undefined;
  readonly webLogin?: WebLogin | null | undefined;
}

export interface FoundIndex extends ApiRoot {
  /** The index is hidden or unusable; customers may still be readable with keys. */
  readonly isHidden: boolean;
  /** Why it counts as hidden. */
  readonly reason: WooError | null;
  /** What answers looks like a store; otherwise only keys can tell, and without keys the reason counts. */
  readonly isLikely: boolean;
  /** The site's address according to the index; null if it has none. */
  readonly home: string | null;
  readonly site: SiteFacts;
}

const maxHops = 3;
const maxParents = 3;

/**
 * Finds the REST API of the store that an address belongs to, without keys. The address may be any page of the
 * site: the index is searched below it, where the page says, in the folders above, and without permalinks.
 * https is tried first, whatever was entered. Each redirect must lead to an address that `parseStoreUrl`
 * accepts, and never from https to http.
 *
 * @throws WooError if no response justifies trying the keys
 */
export async function findStoreIndex(
  startUrl: string,
  options: FindIndexOptions,
): Promise<FoundIndex> {
  if (!startUrl.startsWith('http:')) return search(startUrl, options);
  try {
    const safe = await search(startUrl.replace(/^http:/, 'https:'), options);
    if (!safe.isHidden) return safe;
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
  }
  return search(startUrl, options);
}

interface SearchOptions extends FindIndexOptions {
  /** Where the search began. A login of the web server is sent to this host only. */
  readonly startUrl: string;
}

/** The result of one request for an index. */
interface Asked {
  readonly root: ApiRoot;
  readonly index: Record<string, unknown> | null;
  readonly error: WooError | null;
  /** Something responded that may serve customers if asked with keys. */
  readonly mayHide: boolean;
  /** The last response; null if it was a redirect. */
  readonly answer: StoreAnswer | null;
}

/** Neither another location on the site nor keys would give another result. */
const isFinal: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'redirected',
  'web_login',
  'web_login_refused',
  'web_login_unsupported',
  'https_port',
]);

/** The whole site is blocked or down: no further locations are tried, only one request with keys. */
const isOfSite: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'captcha',
  'rate_limited',
  'maintenance',
  'database_down',
  'store_unavailable',
]);

/** An unreadable index says nothing about customers: some plugins break only the index. */
const isUnreadable: ReadonlySet<WooErrorCode> = new Set<WooErrorCode>([
  'bad_compression',
  'bad_encoding',
  'truncated',
  'too_large',
  'headers_too_large',
  'php_noise',
  'store_error',
]);

async function search(startUrl: string, given: FindIndexOptions): Promise<FoundIndex> {
  const options = { ...given, startUrl };
  const first = await ask(rootAt(startUrl), options);
  if (isWooCommerce(first)) return atHome(first, options);
  if (first.error && isFinal.has(first.error.code)) throw first.error;
  if (first.error && isOfSite.has(first.error.code)) return asHidden(first);
  const asked = [first];
  for await (const root of furtherRoots(first, options)) {
    if (asked.some((each) => isSame(each.root, root))) continue;
    const next = await ask(root, options).catch(asNull);
    if (next === null) continue;
    if (isWooCommerce(next)) return atHome(next, options);
    asked.push(next);
  }
  const hidden =
    asked.find(({ mayHide }) => mayHide) ??
    asked.find(({ error }) => error && isUnreadable.has(error.code));
  // Even where only pages answer, the question with keys has the last word.
  return asHidden(hidden ?? { ...first, error: new WooError('not_woocommerce') });
}

function asHidden({ root, error, mayHide }: Asked): FoundIndex {
  const reason =
    error ?? new WooError('not_woocommerce', { detail: 'WordPress without WooCommerce' });
  return { ...root, isHidden: true, isLikely: mayHide, reason, home: null, site: UNKNOWN_SITE };
}

/** Other locations of an index, most likely first. */
async function* furtherRoots(first: Asked, options: SearchOptions): AsyncGenerator<ApiRoot> {
  const { baseUrl } = first.root;
  const named =
    (first.answer && rootNamedBy(first.answer, options)) ?? (await readPage(baseUrl, options));
  if (named) yield named;
  const parents = parentsOf(baseUrl).slice(-maxParents);
  for (const parent of parents) yield rootAt(parent);
  const prefix = named?.restPrefix;
  yield rootAt(baseUrl, 'plain', prefix);
  for (const parent of parents.slice(-1)) yield rootAt(parent, 'plain', prefix);
  yield rootAt(baseUrl, 'pretty', 'index.php/wp-json');
}

/** The API root named by the page at an address; null if it cannot be read or names none. */
async function readPage(baseUrl: string, options: SearchOptions): Promise<ApiRoot | null> {
  let url = `${baseUrl}/`;
  for (let hop = 0; hop <= maxHops; hop++) {
    const page = await get(url, options).catch(asNull);
    if (!page) return null;
    const next = isRedirect(page) ? targetOf(page, options) : null;
    if (next === null) return isRedirect(page) ? null : rootNamedBy(page, options);
    url = next.href;
  }
  return null;
}

async function ask(start: ApiRoot, options: SearchOptions): Promise<Asked> {
  let root = start;
  let url: string | null = null;
  for (let hop = 0; ; hop++) {
    const answer = await get(url ?? indexUrl(root, options), options).catch(asUnreadable);
    if (answer instanceof WooError)
      return { root, index: null, answer: null, error: answer, mayHide: false };
    if (!isRedirect(answer)) return { root, answer, ...readIndex(answer, nowOf(options)) };
    const error = classifyFailure(answer, nowOf(options));
    const missing = { root, index: null, answer: null };
    if (error.code === 'rest_blocked') return { ...missing, error, mayHide: true };
    const target = targetOf(answer, options);
    if (target === null || hop === maxHops) throw error;
    const moved = movedRoot(root, target);
    if (moved) {
      root = moved;
      url = target.href;
      continue;
    }
    const baseUrl = pageBase(target, options);
    // A redirect that keeps the base leads to a page, not to an index.
    if (baseUrl === root.baseUrl)
      return { ...missing, error: new WooError('not_woocommerce'), mayHide: false };
    root = { ...root, baseUrl };
    url = null;
  }
}

function indexUrl({ baseUrl, routeStyle, restPrefix }: ApiRoot, options: FindIndexOptions): string {
  return buildStoreRequest({
    method: 'GET',
    baseUrl,
    routeStyle,
    restPrefix,
    route: '/',
    query: { _fields: 'name,home,url,namespaces,timezone_string' },
    auth: null,
    nonce: String(nowOf(options)),
    timestampSeconds: 0,
  }).url;
}

/** @throws WooError `redirected` if a login would be sent to another host */
async function get(url: string, options: SearchOptions): Promise<StoreAnswer> {
  if (options.webLogin && siteOf(url) !== siteOf(options.startUrl)) {
    throw new WooError('redirected', {
      detail: `to ${new URL(url).host}`,
      advice: 'Enter that address instead: a login is never sent to the target of a redirect.',
    });
  }
  return sendRequest(
    { url, ...withWebLogin(options.webLogin) },
    {
      dispatcher: options.dispatcher,
      userAgent: options.userAgent ?? defaultUserAgent,
      timeouts: { ...defaultTimeouts, ...options.timeouts },
      maxBodyBytes: defaultMaxBodyBytes,
      now: options.now ?? Date.now,
      signal: options.signal,
    },
  );
}

const siteOf = (url: string) => new URL(url).host.replace(/^www\./, '');

function readIndex(answer: StoreAnswer, now: number): Omit<Asked, 'root' | 'answer'> {
  try {
    if (answer.status >= 300) throw classifyFailure(answer, now);
    return { index: readObject(answer, now), error: null, mayHide: true };
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    const isWall = ['rest_blocked', 'login_plugin', 'empty_answer'].includes(error.code);
    const mayHide = isWall || (!isOfSite.has(error.code) && speaksJson(answer.text));
    return { index: null, error, mayHide };
  }
}

/** WordPress responds with JSON for an unknown route; other sites send a page. */
function speaksJson(text: string): boolean {
  try {
    const { value } = parseStoreJson(text);
    return Array.isArray(value) || asWordPressError(value) !== null;
  } catch {
    return false;
  }
}

/** The target of a redirect, or null if it may not be followed. @throws WooError for an unsafe address */
function targetOf(answer: StoreAnswer, rules: AddressRules): URL | null {
  const location = answer.header('location') ?? '';
  if (!URL.canParse(location, answer.url)) return null;
  const target = new URL(location, answer.url);
  const parsed = parseStoreUrl(target.href, rules);
  if (!parsed.ok) throw parsed.error;
  return answer.url.startsWith('https:') && target.protocol === 'http:' ? null : target;
}

function pageBase(target: URL, rules: AddressRules): string {
  const parsed = parseStoreUrl(target.href, rules);
  if (!parsed.ok) throw parsed.error;
  return baseUrlOf(parsed.url);
}

function isWooCommerce({ index }: Asked): boolean {
  const namespaces = index?.['namespaces'];
  return (
    typeof namespaces === 'object' &&
    namespaces !== null &&
    Object.values(namespaces).includes('wc/v3')
  );
}

/** The site's own address is preferred, if the API responds there too. */
async function atHome(found: Asked, options: SearchOptions): Promise<FoundIndex> {
  const index = found.index ?? {};
  const home = homeOf(index, options);
  const facts = { isHidden: false, isLikely: true, reason: null, home, site: readSite(index) };
  const { baseUrl, routeStyle, restPrefix } = found.root;
  if (home === null || home === baseUrl || new URL(home).origin !== new URL(baseUrl).origin)
    return { ...found.root, ...facts };
  const rest = `${baseUrl}/${restPrefix}`;
  if (routeStyle === 'pretty' && rest.startsWith(`${home}/`))
    return { ...rootAt(home, 'pretty', rest.slice(home.length + 1)), ...facts };
  for (const root of [rootAt(home), rootAt(home, routeStyle, restPrefix)]) {
    const better = await ask(root, options).catch(asNull);
    if (better && isWooCommerce(better)) return { ...better.root, ...facts };
  }
  return { ...found.root, ...facts };
}

function homeOf({ home }: Record<string, unknown>, rules: AddressRules): string | null {
  const parsed = typeof home === 'string' ? parseStoreUrl(home, rules) : null;
  return parsed?.ok ? baseUrlOf(parsed.url) : null;
}

const isSame = (a: ApiRoot, b: ApiRoot) =>
  a.baseUrl === b.baseUrl && a.routeStyle === b.routeStyle && a.restPrefix === b.restPrefix;

const isRedirect = ({ status }: StoreAnswer) => status >= 300 && status < 400;

const nowOf = ({ now = Date.now }: FindIndexOptions) => now();

function asUnreadable(error: unknown): WooError {
  if (error instanceof WooError && isUnreadable.has(error.code)) return error;
  throw error;
}

function asNull(error: unknown): null {
  if (error instanceof WooError) return null;
  throw error;
}
