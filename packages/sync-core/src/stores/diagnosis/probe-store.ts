import type { Finding } from '../../domain/store-diagnosis.ts';
import type { ProbeOptions } from '../../woo/connect-store.ts';
import { findStoreIndex, type FoundIndex } from '../../woo/find-store-index.ts';
import { baseUrlOf, parseStoreUrl } from '../../woo/parse-store-url.ts';
import { WooError } from '../../woo/woo-error.ts';
import { describeIndex } from './describe-connection.ts';
import { checkOtherScheme } from './diagnose-connection.ts';
import { ok, problem } from './finding.ts';

/** The result of a probe without keys. */
export interface StoreProbe {
  /** In the order of `CHECKS`. */
  findings: Finding[];
  /** Null if there is no WooCommerce store, or it cannot be reached. */
  index: FoundIndex | null;
  /** Why the API index could not be read. */
  error: WooError | null;
}

/** Probes an address without keys: whether a WooCommerce store responds, and how it is reached. */
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

const IS_WOOCOMMERCE = ok('api', 'woocommerce', 'This is a WooCommerce store.');
