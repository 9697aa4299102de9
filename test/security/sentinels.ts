import { randomBytes } from 'node:crypto';

/** A place that contains a sentinel text. */
export interface Hit {
  where: string;
  what: string;
  /** Some of the text around it. */
  around: string;
}

/** The encodings of a secret: plain, base64 at any offset, hex, URL. */
function spellings(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      .replace(/=+$/, '')
      // The part that does not depend on the bytes before and after.
      .slice(offset === 0 ? 0 : offset + 1, -2),
  );
  return [text, ...base64, Buffer.from(text).toString('hex'), encodeURIComponent(text)];
}

/**
 * Finds every occurrence of the sentinels in a text, in any encoding.
 *
 * @param sentinels name of the sentinel → its text
 */
export function findSentinels(
  where: string,
  text: string,
  sentinels: ReadonlyMap<string, string>,
): Hit[] {
  const found: Hit[] = [];
  const searched = text.toLowerCase();
  for (const [what, sentinel] of sentinels) {
    for (const spelling of new Set(spellings(sentinel))) {
      const at = searched.indexOf(spelling.toLowerCase());
      if (at < 0) continue;
      found.push({ where, what, around: text.slice(Math.max(0, at - 80), at + 120) });
    }
  }
  return found;
}

/** A pair of keys as WooCommerce creates them. */
export function makeStoreKeys() {
  return {
    consumerKey: `ck_${randomBytes(20).toString('hex')}`,
    consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
  };
}

/** Every customer of the stores is this person. */
export const person = {
  first_name: 'Quivarella',
  last_name: 'Zandrovichova',
  email: 'quivarella@privatpost.example',
  phone: '+43 660 7719 0042',
  city: 'Ulmenfurtheim',
};
