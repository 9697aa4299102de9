import type { StoreConnection } from '../../domain/store-connection.ts';
import type { Finding } from '../../domain/store-diagnosis.ts';
import { clientOf, probeConnection, type ProbeOptions } from '../../woo/connect-store.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { findStoreIndex } from '../../woo/find-store-index.ts';
import { baseUrlOf, parseStoreUrl } from '../../woo/parse-store-url.ts';
import { mayBeOneRecord, WooError } from '../../woo/woo-error.ts';
import { checkClock } from './check-clock.ts';
import { checkRights } from './check-rights.ts';
import { describeConnection } from './describe-connection.ts';
import { describePace, describePage, describeShortPage } from './describe-page.ts';
import { problem, warning } from './finding.ts';
import { type PaceAdvice, recommendPace } from './recommend-pace.ts';

/** The result of a diagnosis. */
export interface Diagnosis {
  /** In the order of `CHECKS`. */
  findings: Finding[];
  /** No finding is a problem. */
  isHealthy: boolean;
  /** Null if the store could not be reached. */
  connection: StoreConnection | null;
  /** Why there is no connection. */
  error: WooError | null;
  /** Null if no page of customers was received. */
  pace: PaceAdvice | null;
  /** Milliseconds that the store's clock is ahead of ours; null if it sent no date. */
  clockAheadMs: number | null;
}

const PAGE_SIZE = 100;
const SMALL_PAGE = 20;

/**
 * Diagnoses a store: address, API, authentication, a full page of customers, the rights of the key, the clock.
 * At most ten requests, none of which changes anything in the store. The keys are sent only to the address
 * that the store gave when asked without them.
 */
export async function diagnoseConnection(options: ProbeOptions): Promise<Diagnosis> {
  let connection: StoreConnection;
  try {
    connection = await probeConnection(options);
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    const findings = [problem(error), ...(await checkOtherScheme(options, error))];
    return { ...NOTHING, findings, isHealthy: false, error };
  }
  const findings = describeConnection(options.url, connection);
  const now = options.now ?? Date.now;
  const { page, pageFindings } = await readFullPage(connection, options);
  findings.push(...pageFindings);
  findings.push(
    ...(await checkRights(clientOf(connection, connection.authMode, options), connection, options)),
  );
  const clock = checkClock(page?.storeDate ?? null, now());
  const pace = page && recommendPace(page.durationMs, page.rows.length, page.total);
  if (clock) findings.push(clock.finding);
  if (pace) findings.push(describePace(pace));
  return {
    findings,
    isHealthy: findings.every(({ level }) => level !== 'problem'),
    connection,
    error: null,
    pace,
    clockAheadMs: clock?.aheadMs ?? null,
  };
}

const NOTHING = { connection: null, pace: null, clockAheadMs: null };

/** A page as a run requests it; a smaller one if the store cannot serve it. */
async function readFullPage(
  connection: StoreConnection,
  options: ProbeOptions,
): Promise<{ page: CustomerPage | null; pageFindings: Finding[] }> {
  const client = clientOf(connection, connection.authMode, options);
  const ask = (perPage: number) =>
    client.listCustomers({ offset: 0, perPage, signal: options.signal });
  try {
    const page = await ask(PAGE_SIZE);
    return { page, pageFindings: [...describePage(page), ...describeShortPage(page, PAGE_SIZE)] };
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    if (!mayBeOneRecord(error)) return { page: null, pageFindings: [problem(error, 'customers')] };
    const page = await ask(SMALL_PAGE).catch(asNull);
    if (!page) return { page: null, pageFindings: [problem(error, 'customers')] };
    const heavy = warning(
      'customers',
      'page_too_heavy',
      `A page of ${PAGE_SIZE} customers fails (${error.message.replace(/\.$/, '')}), a page of ${SMALL_PAGE} works.`,
      `A sync isolates the customer that causes this, but takes longer. ${error.advice}`,
    );
    return { page, pageFindings: [heavy, ...describePage(page)] };
  }
}

function asNull(error: unknown): null {
  if (error instanceof WooError) return null;
  throw error;
}

/** Tries http, after https did not respond. */
export async function checkOtherScheme(
  options: Omit<ProbeOptions, 'credentials'>,
  error: WooError,
): Promise<Finding[]> {
  const mayBeHttpOnly = ['refused_connection', 'timeout_connect', 'tls'].includes(error.code);
  const parsed = parseStoreUrl(options.url, options);
  if (!mayBeHttpOnly || !parsed.ok || parsed.url.protocol !== 'https:') return [];
  const plain = new URL(parsed.url);
  plain.protocol = 'http:';
  try {
    const found = await findStoreIndex(baseUrlOf(plain), options);
    if (!found.baseUrl.startsWith('http:')) return [];
  } catch (reason) {
    if (reason instanceof WooError) return [];
    throw reason;
  }
  return [
    warning(
      'address',
      'answers_on_http',
      'The store responds on http only.',
      `Install a certificate, or connect it as ${baseUrlOf(plain)}: requests are then signed, but customer data is transferred unencrypted.`,
    ),
  ];
}
