import { useQuery } from '@tanstack/react-query';
import { useMatches } from '@tanstack/react-router';
import { useEffect } from 'react';
import { formatPercent } from '../words/format.ts';
import { runQuery } from '../api/queries.ts';
import { isOver } from '../api/run-facts.ts';
import { KINDS, PHASES } from '../words/status.ts';
import type { Run } from '../api/trpc.ts';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The title of the page, for the window and the history. */
    title?: string;
  }
}

const product = 'Mantis Sync';

/** Sets the window's title: for a run the store and the progress. */
export function usePageTitle(runId: string | undefined): void {
  const title = useMatches({
    select: (matches) => matches.findLast(({ staticData }) => staticData.title)?.staticData.title,
  });
  const { data: run } = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined });
  const words = runId !== undefined && run ? titleOf(run) : title;
  useEffect(() => {
    document.title = words === undefined ? product : `${words} · ${product}`;
  }, [words]);
}

function titleOf(run: Run): string {
  const where = isOver(run) ? PHASES[run.phase].word : formatPercent(run.percent);
  return `${where} · ${run.storeName}, ${KINDS[run.kind].toLowerCase()}`;
}
