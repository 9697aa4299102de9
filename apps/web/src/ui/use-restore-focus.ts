import { useEffect, useState } from 'react';

/** For each dialog, what may get the focus when it closes; until then, so that the next one can take it over. */
const open = new Set<(HTMLElement | null)[]>();

/**
 * Restores the focus when a dialog closes. Radix does this for dialogs with a trigger; ours open from menus,
 * lists and the address. A dialog that replaces another returns the focus to what opened the first.
 */
export function useRestoreFocus(): (event: Event) => void {
  const [openers] = useState(() => [focusedElement(), ...([...open].at(-1) ?? [])]);
  useEffect(() => void open.add(openers), [openers]);
  return (event) => {
    event.preventDefault();
    open.delete(openers);
    const target = openers.find((one) => one?.isConnected) ?? document.getElementById('content');
    target?.focus({ preventScroll: true });
  };
}

/** For a menu that is closing, its button gets the focus. */
function focusedElement(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const trigger = active.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return trigger ? document.getElementById(trigger) : active;
}
