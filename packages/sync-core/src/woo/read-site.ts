import { lineText } from '../platform/plain-text.ts';

/** What a site says of itself; null for what it does not say, or not usefully. */
export interface SiteFacts {
  readonly name: string | null;
  /** An IANA name. */
  readonly timeZone: string | null;
}

export const UNKNOWN_SITE: SiteFacts = { name: null, timeZone: null };

/** Reads them of the index of a REST API. Nothing in it is trusted to be what it should be. */
export function readSite(index: Record<string, unknown>): SiteFacts {
  const { name, timezone_string: timeZone } = index;
  return {
    name: typeof name === 'string' ? readName(name) : null,
    // Empty where the site has no more than an offset.
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : null,
  };
}

const nameSchema = lineText(200);

/** WordPress keeps the name of a site as HTML (`esc_html`). */
const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#039': "'",
};

function readName(html: string): string | null {
  const text = html.replace(/&(amp|lt|gt|quot|#039);/g, (_, entity: string) => entities[entity]!);
  return nameSchema.safeParse(text).data ?? null;
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
