import { useState } from 'react';

/**
 * Restores the focus when a dialog closes. Radix does this for dialogs with a trigger; ours open from menus,
 * lists and the address.
 */
export function useRestoreFocus(): (event: Event) => void {
  const [opener] = useState(focusedElement);
  return (event) => {
    event.preventDefault();
    const target = opener?.isConnected ? opener : document.getElementById('content');
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
