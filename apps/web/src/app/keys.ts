import { NAV_ITEMS, type NavPath } from './nav-items.ts';

/** What a key asks for. */
export type KeyCommand =
  | { type: 'go'; to: NavPath }
  | { type: 'connect' }
  | { type: 'commands' }
  | { type: 'help' }
  | { type: 'find' };

export interface KeyPress {
  key: string;
  hasModifier: boolean;
  /** Ctrl, or Cmd on a Mac. */
  hasCommandKey: boolean;
  /** What is typed there is text. */
  isTyping: boolean;
  /** Something stands over the page. */
  isCovered: boolean;
}

/** How long after `g` the second key may come. */
const chainMs = 1_200;

/** Reads keys one by one; a reader remembers a `g` that waits for its second key. */
export function createKeyReader(): (press: KeyPress, now: number) => KeyCommand | null {
  let chainedAt = Number.NEGATIVE_INFINITY;
  return (press, now) => {
    const isChained = now - chainedAt < chainMs;
    chainedAt = Number.NEGATIVE_INFINITY;
    // The one that is no text anywhere.
    if (press.key.toLowerCase() === 'k' && press.hasCommandKey) return { type: 'commands' };
    if (press.isTyping || press.isCovered || press.hasModifier) return null;
    if (isChained) {
      const place = NAV_ITEMS.find(({ key }) => key === press.key);
      if (place) return { type: 'go', to: place.to };
    }
    if (press.key === 'g') chainedAt = now;
    if (press.key === 'n') return { type: 'connect' };
    if (press.key === '?') return { type: 'help' };
    if (press.key === '/') return { type: 'find' };
    return null;
  };
}
