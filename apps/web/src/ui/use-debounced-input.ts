import { useEffect, useRef, useState } from 'react';

const typedDelayMs = 200;

/**
 * The text of a field that takes effect shortly after the last key. External changes (such as going back in
 * the history) replace it; the echo of the user's own input does not, since they may have typed more.
 */
export function useDebouncedInput(value: string, onValue: (value: string) => void) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef<string[]>([]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const at = sent.current.indexOf(value);
    sent.current.splice(0, at + 1);
    if (at !== -1) return;
    clearTimeout(timer.current);
    setTyped(value);
  }, [value]);
  function send(text: string): void {
    clearTimeout(timer.current);
    if (text.trim() === (sent.current.at(-1) ?? value)) return;
    sent.current.push(text.trim());
    onValue(text.trim());
  }
  return {
    typed,
    type(text: string) {
      setTyped(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => send(text), typedDelayMs);
    },
    clear() {
      setTyped('');
      send('');
    },
    /** Without delay. */
    flush: () => send(typed),
  };
}
