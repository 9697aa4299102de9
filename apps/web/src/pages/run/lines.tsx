import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { CustomerLines } from './customer-lines.tsx';
import { linesQuery } from '../../api/queries.ts';
import type { Run } from '../../api/trpc.ts';
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
        onCustomer={(customer) =>
          change(customer === undefined ? { customer } : { customer, lines: 'all' })
        }
        onAnyReason={() => change({ error: undefined })}
        onAnyPlace={() => change({ from: undefined, to: undefined })}
        onLine={(line) => change({ line }, { push: true })}
        onMore={() => void fetchNextPage()}
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
