import { NAV_ITEMS, type NavPath } from './nav-items.ts';

/** The action of a key. */
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
  /** The focus is in a text field. */
  isTyping: boolean;
  /** A dialog or menu is open. */
  isCovered: boolean;
}

/** Time limit for the second key after `g`. */
const chainMs = 1_200;

/** Handles keys one by one; remembers a pending `g`. */
export function createKeyReader(): (press: KeyPress, now: number) => KeyCommand | null {
  let chainedAt = Number.NEGATIVE_INFINITY;
  return (press, now) => {
    const isChained = now - chainedAt < chainMs;
    chainedAt = Number.NEGATIVE_INFINITY;
    // The only shortcut that is not text anywhere.
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
