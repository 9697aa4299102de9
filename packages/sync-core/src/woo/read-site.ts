import { lineText } from '../platform/plain-text.ts';
import { isTimeZone } from '../domain/is-time-zone.ts';

/** A site's own description; null for missing or unusable values. */
export interface SiteFacts {
  readonly name: string | null;
  /** An IANA name. */
  readonly timeZone: string | null;
}

export const UNKNOWN_SITE: SiteFacts = { name: null, timeZone: null };

/** Reads it from the index of a REST API. No field is trusted to have its documented type. */
export function readSite(index: Record<string, unknown>): SiteFacts {
  const { name, timezone_string: timeZone } = index;
  return {
    name: typeof name === 'string' ? readName(name) : null,
    // Empty if the site only has an offset.
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : null,
  };
}

const nameSchema = lineText(200);

/** WordPress stores the name of a site as HTML (`esc_html`). */
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
