import { useLayoutEffect } from 'react';
import { rowAfter } from './row-keys.ts';
import { isCovered, isTextField } from './focus.ts';

/** Moves the focus among links marked with `data-row`; Enter opens them like any link. */
export function useRowKeys(): void {
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || isCovered()) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
      const search = document.querySelector<HTMLElement>('main input[type="search"]');
      const next = rowAfter({
        key: event.key,
        at: rows.findIndex((row) => row === document.activeElement),
        count: rows.length,
        isTyping: isTextField(event.target),
        isSearch: event.target === search,
      });
      if (next === null) return;
      event.preventDefault();
      if (next === 'search') search?.focus();
      else rows[next]?.focus();
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
