import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { RunSearch } from './run-search.ts';

type Changes = { [Key in keyof RunSearch]?: RunSearch[Key] | undefined };

/** What the address of a run's page says, and how to change a part of it. */
export function useRunSearch(): [
  RunSearch,
  (changes: Changes, options?: { push: boolean }) => void,
] {
  const search = useSearch({ from: '/shell/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const change = useCallback(
    (changes: Changes, { push } = { push: false }) =>
      void navigate({
        to: '/runs/$runId',
        search: (known) => ({ ...known, ...changes }),
        replace: !push,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}
