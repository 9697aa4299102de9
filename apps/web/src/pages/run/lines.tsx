import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { CustomerLines } from './customer-lines.tsx';
import { linesQuery } from '../../api/queries.ts';
import { readApiError } from '../../api/api-error.ts';
import { liveCache } from '../../api/live/use-live.ts';
import { isOver } from '../../api/run-facts.ts';
import { trpc, type Run } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { lineFilter } from './run-search.ts';
import { useRunSearch } from './use-run-search.ts';

const LineDialog = lazy(async () => ({ default: (await import('./line-dialog.tsx')).LineDialog }));

/** The customers of a run, and the one that is looked into. */
export function Lines({ run, storeUrl }: { run: Run; storeUrl: string | undefined }) {
  const [search, change] = useRunSearch();
  const filter = lineFilter(search, run.counts.failed);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    linesQuery(run.runId, filter),
  );
  const { canOperate } = useAccess();
  const retry = useMutation(
    trpc.sync.retry.mutationOptions({ onSuccess: (answer) => liveCache.writeRun(answer.run) }),
  );
  return (
    <>
      <CustomerLines
        run={run}
        filter={filter}
        lines={data?.pages.flatMap((page) => page.items)}
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
        onLine={(line) => change({ line }, { push: true })}
        onMore={() => void fetchNextPage()}
        onRetry={
          canOperate && isOver(run)
            ? (position) => retry.mutate({ runId: run.runId, positions: [position] })
            : undefined
        }
        isRetrying={retry.isPending}
        problem={retry.error && readApiError(retry.error)}
      />
      <Suspense fallback={null}>
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
