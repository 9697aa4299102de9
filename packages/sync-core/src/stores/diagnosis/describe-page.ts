import type { Finding } from '../../domain/store-diagnosis.ts';
import type { CustomerPage, PageWarning } from '../../woo/customer-page.ts';
import { ok, warning } from './finding.ts';
import type { PaceAdvice } from './recommend-pace.ts';

/** What a page of customers says about the store. */
export function describePage({ rows, total, warnings }: CustomerPage): Finding[] {
  const count = total === null ? `${rows.length} on the first page` : `${total} users`;
  return [
    ok('customers', 'readable', `Customers can be read: ${count}.`),
    ...warnings.map((each) => oddities[each]),
  ];
}

/** A full page was asked for, and the store says that it could be one. */
export function describeShortPage({ rows, total }: CustomerPage, asked: number): Finding[] {
  if (total === null || rows.length >= Math.min(asked, total)) return [];
  return [
    warning(
      'customers',
      'short_page',
      `${asked} customers were asked for and ${rows.length} came, though the store says that it has ${total}.`,
      'A cache that ignores the query of an address, or a plugin that limits pages, answers: exclude /wp-json/wc/ from caching.',
    ),
  ];
}

const oddities: Record<PageWarning, Finding> = {
  bom: warning(
    'customers',
    'bom',
    'A byte order mark stands before the data.',
    'It is read past. A PHP file of the theme or of a plugin is saved as “UTF-8 with BOM”; save it without.',
  ),
  php_noise: warning(
    'customers',
    'php_noise',
    'Messages of PHP stand before the data.',
    'They are read past. Set WP_DEBUG_DISPLAY to false in wp-config.php, and repair the plugin that is named there.',
  ),
  decorated: warning(
    'customers',
    'decorated',
    'Comments or markup are put around the data.',
    'They are read past. Exclude /wp-json/ from the page cache or the plugin that adds them.',
  ),
  cached: warning(
    'customers',
    'cached',
    'A cache answers in place of the store.',
    'Exclude /wp-json/wc/ from caching (LiteSpeed: turn off “Cache REST API”), or customers may be out of date.',
  ),
  total_missing: warning(
    'customers',
    'total_missing',
    'The store does not say how many customers it has.',
    'A sync works without it, but cannot show how much is left. Let proxies pass the header X-WP-Total.',
  ),
  total_invalid: warning(
    'customers',
    'total_invalid',
    'The store’s number of customers is no number.',
    'A sync works without it, but cannot show how much is left. A plugin or proxy changes the header X-WP-Total.',
  ),
  big_number: warning(
    'customers',
    'big_number',
    'There are numbers that are too large to be exact.',
    'A plugin adds them to customers; a customer whose id is one of them cannot be kept.',
  ),
  proto_key: warning(
    'customers',
    'proto_key',
    'Customers have a field named __proto__, which is left out.',
    'A plugin, or somebody who attacks, adds it; look at the custom fields of customers.',
  ),
};

/** The pace in words: what was measured, and what is advised. */
export function describePace({ pageMs, rows, pageSize, pagesAhead, walkMs }: PaceAdvice): Finding {
  const walk = walkMs === null ? '' : ` All of them take about ${describeMs(walkMs)}.`;
  const measured = `A page of ${rows} customers took ${describeMs(pageMs)}.${walk}`;
  if (pageSize === 100) return ok('pace', 'quick', measured);
  return warning(
    'pace',
    'slow',
    measured,
    `Pages of ${pageSize} customers, ${pagesAhead} in flight, suit the store better (its settings). Its host can help with more memory and PHP workers.`,
  );
}

function describeMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
