import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { RunSearch } from './run-search.ts';

type Changes = { [Key in keyof RunSearch]?: RunSearch[Key] | undefined };

/** Reads and changes the search parameters of a run's page. */
export function useRunSearch(): [RunSearch, (changes: Changes) => void] {
  const search = useSearch({ from: '/shell/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const change = useCallback(
    (changes: Changes) =>
      void navigate({
        to: '/runs/$runId',
        search: (known) => ({ ...known, ...changes }),
        replace: isNoStep(changes),
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}

/** Typing, pausing the activity and closing a dialog are no steps to go back to. */
function isNoStep(changes: Changes): boolean {
  const isClosed = 'line' in changes && changes.line === undefined;
  return isClosed || ['q', 'text', 'held'].some((name) => name in changes);
}
