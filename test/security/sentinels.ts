import { randomBytes } from 'node:crypto';

/** Where a text turned up that stands out: it came from where it was put in. */
export interface Hit {
  where: string;
  what: string;
  /** Some of the text around it. */
  around: string;
}

/** The ways in which a secret may be written: as it is, in base64 at any offset, in hex, in a URL. */
function spellings(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      .replace(/=+$/, '')
      // What depends on the bytes before and after.
      .slice(offset === 0 ? 0 : offset + 1, -2),
  );
  return [text, ...base64, Buffer.from(text).toString('hex'), encodeURIComponent(text)];
}

/**
 * Every place in a text that holds one of the sentinels, however it is written.
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

/** A pair of keys as WooCommerce makes them. */
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
