import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ProbeOptions } from '../../woo/connect-store.ts';
import { findStoreIndex, type FoundIndex } from '../../woo/find-store-index.ts';
import { baseUrlOf, parseStoreUrl } from '../../woo/parse-store-url.ts';
import { WooError } from '../../woo/woo-error.ts';
import { describeIndex } from './describe-connection.ts';
import { checkOtherScheme } from './diagnose-connection.ts';
import { ok, problem } from './finding.ts';

/** What was found out about a store without keys, for a person. */
export interface StoreProbe {
  /** By the order of `CHECKS`. */
  findings: Finding[];
  /** Null where there is no WooCommerce store, or no way to it. */
  index: FoundIndex | null;
  /** Why there is no index. */
  error: WooError | null;
}

/** Looks at an address from outside: whether a WooCommerce store answers there, and how it is reached. */
export async function probeStore(options: Omit<ProbeOptions, 'credentials'>): Promise<StoreProbe> {
  try {
    const parsed = parseStoreUrl(options.url, options);
    if (!parsed.ok) throw parsed.error;
    const index = await findStoreIndex(baseUrlOf(parsed.url), options);
    if (!index.isLikely && index.reason) throw index.reason;
    const findings = describeIndex(options.url, index);
    if (!index.isHidden) findings.push(IS_WOOCOMMERCE);
    return { findings, index, error: null };
  } catch (error) {
    if (!(error instanceof WooError)) throw error;
    const findings = [problem(error), ...(await checkOtherScheme(options, error))];
    return { findings, index: null, error };
  }
}

const IS_WOOCOMMERCE = ok('api', 'woocommerce', 'It is a WooCommerce store.');
