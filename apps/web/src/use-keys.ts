import { useEffect, useEffectEvent } from 'react';
import { createKeyReader, type KeyCommand } from './keys.ts';

/** Whether Cmd is what Ctrl is elsewhere. */
export const isMac = /Mac|iP(?:hone|ad)/.test(navigator.userAgent);

/** Calls `act` with what the keys of the page ask for. */
export function useKeys(act: (command: KeyCommand) => void): void {
  const onCommand = useEffectEvent(act);
  useEffect(() => {
    const read = createKeyReader();
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const command = read(
        {
          key: event.key,
          hasModifier: event.ctrlKey || event.metaKey || event.altKey,
          hasCommandKey: isMac ? event.metaKey : event.ctrlKey,
          isTyping: isText(event.target),
          isCovered: isCovered(),
        },
        event.timeStamp,
      );
      if (!command) return;
      event.preventDefault();
      onCommand(command);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Whether a dialog or menu stands over the page. */
export function isCovered(): boolean {
  return document.querySelector('[role$="dialog"],[role="menu"]') !== null;
}

export function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}
