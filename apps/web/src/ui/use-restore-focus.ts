import { useState } from 'react';

/**
 * Gives the focus back to what had it when a dialog opened. Radix does that for dialogs with a trigger of
 * their own; ours open from menus, lists and the address.
 */
export function useRestoreFocus(): (event: Event) => void {
  const [opener] = useState(focusedElement);
  return (event) => {
    event.preventDefault();
    const target = opener?.isConnected ? opener : document.getElementById('content');
    target?.focus({ preventScroll: true });
  };
}

/** A menu that is about to close stands for the button that opened it. */
function focusedElement(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const trigger = active.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return trigger ? document.getElementById(trigger) : active;
}
