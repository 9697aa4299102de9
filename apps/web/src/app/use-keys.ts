import { useLayoutEffect, useRef } from 'react';
import { isCovered, isTextField } from '../ui/focus.ts';
import { createKeyReader, type KeyCommand } from './keys.ts';

/** Whether Cmd replaces Ctrl. */
export const isMac = /Mac|iP(?:hone|ad)/.test(navigator.userAgent);

/** Calls `act` for the page's keyboard shortcuts, from the moment that the page is shown. */
export function useKeys(act: (command: KeyCommand) => void): void {
  // The latest closure, without subscribing again. Preact has no `useEffectEvent`.
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  useLayoutEffect(() => {
    const read = createKeyReader();
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const command = read(
        {
          key: event.key,
          hasModifier: event.ctrlKey || event.metaKey || event.altKey,
          hasCommandKey: isMac ? event.metaKey : event.ctrlKey,
          isTyping: isTextField(event.target),
          isCovered: isCovered(),
        },
        event.timeStamp,
      );
      if (!command) return;
      event.preventDefault();
      latest.current(command);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
