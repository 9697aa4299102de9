import { useEffect, useRef, useState } from 'react';

const typedDelayMs = 200;

/**
 * What stands in a field whose text takes effect a moment after the last key. What comes from elsewhere (an
 * address that is gone back to) replaces it; the echo of what was typed does not, as more may stand there.
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
    /** Without waiting. */
    flush: () => send(typed),
  };
}
