import type { Finding } from '../../domain/store-diagnosis.ts';
import type { CustomerPage, PageWarning } from '../../woo/customer-page.ts';
import { ok, warning } from './finding.ts';
import type { PaceAdvice } from './recommend-pace.ts';

/** Findings from a page of customers. */
export function describePage({ rows, total, warnings }: CustomerPage): Finding[] {
  const count = total === null ? `${rows.length} on the first page` : `${total} users`;
  return [
    ok('customers', 'readable', `Customers can be read: ${count}.`),
    ...warnings.map((each) => oddities[each]),
  ];
}

/** Warns if a full page was requested, and the store has enough customers, but returned fewer. */
export function describeShortPage({ rows, total }: CustomerPage, asked: number): Finding[] {
  if (total === null || rows.length >= Math.min(asked, total)) return [];
  return [
    warning(
      'customers',
      'short_page',
      `${asked} customers were requested and ${rows.length} received, although the store reports ${total}.`,
      'A cache that ignores query strings, or a plugin that limits pages, may respond: exclude /wp-json/wc/ from caching.',
    ),
  ];
}

const oddities: Record<PageWarning, Finding> = {
  bom: warning(
    'customers',
    'bom',
    'The data begins with a byte order mark.',
    'It is ignored. A PHP file of the theme or a plugin is saved as “UTF-8 with BOM”; save it without the BOM.',
  ),
  php_noise: warning(
    'customers',
    'php_noise',
    'PHP messages precede the data.',
    'They are ignored. Set WP_DEBUG_DISPLAY to false in wp-config.php, and fix the plugin named there.',
  ),
  decorated: warning(
    'customers',
    'decorated',
    'Comments or markup surround the data.',
    'They are ignored. Exclude /wp-json/ from the page cache or the plugin that adds them.',
  ),
  cached: warning(
    'customers',
    'cached',
    'A cache responds instead of the store.',
    'Exclude /wp-json/wc/ from caching (LiteSpeed: turn off “Cache REST API”), or customers may be out of date.',
  ),
  total_missing: warning(
    'customers',
    'total_missing',
    'The store does not report its number of customers.',
    'A sync works without it, but cannot show how much is left. Configure proxies to pass the header X-WP-Total.',
  ),
  total_invalid: warning(
    'customers',
    'total_invalid',
    'The store reports an invalid number of customers.',
    'A sync works without it, but cannot show how much is left. A plugin or proxy changes the header X-WP-Total.',
  ),
  big_number: warning(
    'customers',
    'big_number',
    'The data contains numbers that are too large to be exact.',
    'A plugin adds them to customers; a customer with such an id cannot be stored.',
  ),
  proto_key: warning(
    'customers',
    'proto_key',
    'Customers have a field named __proto__, which is ignored.',
    'A plugin or an attacker adds it; check the custom fields of customers.',
  ),
};

/** The measured and the recommended pace. */
export function describePace({ pageMs, rows, pageSize, pagesAhead, walkMs }: PaceAdvice): Finding {
  const walk = walkMs === null ? '' : ` All of them take about ${describeMs(walkMs)}.`;
  const measured = `A page of ${rows} customers took ${describeMs(pageMs)}.${walk}`;
  if (pageSize === 100) return ok('pace', 'quick', measured);
  return warning(
    'pace',
    'slow',
    measured,
    `Pages of ${pageSize} customers, ${pagesAhead} in parallel, suit the store better (see its settings). Its host can help with more memory and PHP workers.`,
  );
}

function describeMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
