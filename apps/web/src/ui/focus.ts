/** Whether a dialog or menu is open. */
export function isCovered(): boolean {
  return document.querySelector('[role$="dialog"],[role="menu"]') !== null;
}

export function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}
