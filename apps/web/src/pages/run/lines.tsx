import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { partOfPosition, partOfSearch, type FailedPart } from './action-plans.ts';
import { CustomerLines } from './customer-lines.tsx';
import type { LineFilter } from '../../api/line-filter.ts';
import { linesQuery } from '../../api/queries.ts';
import { readApiError } from '../../api/api-error.ts';
import { liveCache } from '../../api/live/use-live.ts';
import { isOver } from '../../api/run-facts.ts';
import { trpc, type Run, type Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { lineFilter } from './run-search.ts';
import { useRunSearch } from './use-run-search.ts';

const RunDialog = lazy(async () => ({ default: (await import('./run-dialog.tsx')).RunDialog }));
const LineDialog = lazy(async () => ({ default: (await import('./line-dialog.tsx')).LineDialog }));

/** The customers of a run, and the selected one. */
export function Lines({ run, store }: { run: Run; store: Store | undefined }) {
  const storeUrl = store?.url;
  const [part, setPart] = useState<FailedPart | null>(null);
  const [search, change] = useRunSearch();
  const filter = lineFilter(search, run.counts.failed);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    linesQuery(run.runId, filter),
  );
  const { canOperate } = useAccess();
  const canRetry = canOperate && isOver(run) && store?.state !== 'paused';
  const retry = useMutation(
    trpc.sync.retry.mutationOptions({
      onSuccess: (answer) => liveCache.writeRun(answer.run),
      // The dialog asks for the override.
      onError: (error, { positions: [position] = [] }) =>
        position !== undefined && needsOverride(error) && setPart(partOfPosition(position)),
    }),
  );
  const found = data?.pages[0]?.total ?? 0;
  const lines = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  const open = useCallback((line: number) => change({ line }), [change]);
  const { mutate } = retry;
  const retryOne = useCallback(
    (position: number) => mutate({ runId: run.runId, positions: [position] }),
    [mutate, run.runId],
  );
  return (
    <>
      <CustomerLines
        run={run}
        filter={filter}
        lines={lines}
        hasMore={hasNextPage}
        isLoadingMore={isFetchingNextPage}
        storeUrl={storeUrl}
        onTab={(tab) =>
          change({
            lines: tab,
            ...(tab !== 'done' && tab !== 'all' && { outcome: undefined }),
          })
        }
        onOutcome={(outcome) => change({ outcome })}
        onSearch={(q) => change({ q })}
        onAnyReason={() => change({ error: undefined })}
        onAnyPlace={() => change({ from: undefined, to: undefined })}
        onLine={open}
        onMore={() => void fetchNextPage()}
        onRetry={canRetry ? retryOne : undefined}
        found={found}
        onRetryFound={
          canRetry && isRetryable(filter) && found > 1
            ? () => setPart(partOfSearch(filter, found))
            : undefined
        }
        isRetrying={retry.isPending}
        problem={retry.error && !needsOverride(retry.error) ? readApiError(retry.error) : null}
      />
      <Suspense fallback={null}>
        {part && (
          <RunDialog
            action="retry"
            run={run}
            store={store}
            part={part}
            onClose={() => setPart(null)}
          />
        )}
        {search.line !== undefined && (
          <LineDialog
            runId={run.runId}
            position={search.line}
            storeId={run.storeId}
            storeUrl={storeUrl}
            onClose={() => change({ line: undefined })}
          />
        )}
      </Suspense>
    </>
  );
}

const needsOverride = (error: unknown) => readApiError(error).code === 'override_required';

/** Only the failed customers, and only some of them; a part of the list cannot be retried by its place. */
function isRetryable({ state, q, from, to }: LineFilter): boolean {
  return state === 'failed' && q !== undefined && from === undefined && to === undefined;
}
