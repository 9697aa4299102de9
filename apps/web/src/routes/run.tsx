import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { readApiError } from '../api-error.ts';
import { ActivityLog } from '../components/activity-log.tsx';
import { BatchGrid } from '../components/batch-grid.tsx';
import { CustomerLines } from '../components/customer-lines.tsx';
import { ErrorNote } from '../components/notes.tsx';
import { RunCounts } from '../components/run-counts.tsx';
import { RunProgress } from '../components/run-progress.tsx';
import { PageSkeleton } from '../components/skeleton.tsx';
import { activityQuery, linesQuery, runQuery, storesQuery } from '../queries.ts';
import type { Line, Run } from '../trpc.ts';
import { NotFoundPage } from './not-found.tsx';
import { RunActions } from './run-actions.tsx';

/** Failed customers that are loaded without asking, so that their reasons can be summed up. */
const linesLoadedAlone = 500;

export function RunPage() {
  const { queueId } = useParams({ from: '/shell/runs/$queueId' });
  const { data: run, error } = useQuery(runQuery(queueId));
  const { data: stores } = useQuery(storesQuery());
  if (!run) {
    if (!error) return <PageSkeleton />;
    const problem = readApiError(error);
    const isGone = problem.code === 'run_not_found' || problem.code === 'invalid_input';
    return isGone ? <NotFoundPage /> : <ErrorNote error={problem} />;
  }
  const store = stores?.find(({ id }) => id === run.storeId);
  return (
    <div className="flex flex-col gap-5">
      <RunActions key={queueId} run={run} store={store} />
      <RunProgress run={run} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <RunCounts run={run} />
          <BatchGrid run={run} />
          <Lines run={run} storeUrl={store?.url} />
        </div>
        <Activity queueId={queueId} />
      </div>
    </div>
  );
}

function Lines({ run, storeUrl }: { run: Run; storeUrl: string | undefined }) {
  const search = useSearch({ from: '/shell/runs/$queueId' });
  const navigate = useNavigate();
  const state = search.lines ?? 'failed';
  const { data, hasNextPage, isFetching, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    linesQuery(run.queueId, state),
  );
  const lines = data?.pages.flatMap((page) => page.items);
  const loadsAlone = state === 'failed' && (lines?.length ?? 0) < linesLoadedAlone;
  useEffect(() => {
    if (hasNextPage && loadsAlone && !isFetching) void fetchNextPage();
  }, [hasNextPage, loadsAlone, isFetching, fetchNextPage]);
  const show = (next: Line['state']) =>
    void navigate({
      to: '/runs/$queueId',
      params: { queueId: run.queueId },
      search: next === 'failed' ? {} : { lines: next },
      replace: true,
      resetScroll: false,
    });
  return (
    <CustomerLines
      run={run}
      state={state}
      lines={lines}
      hasMore={hasNextPage}
      isLoadingMore={isFetchingNextPage}
      storeUrl={storeUrl}
      onState={show}
      onMore={() => void fetchNextPage()}
    />
  );
}

function Activity({ queueId }: { queueId: string }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    activityQuery(queueId),
  );
  return (
    <ActivityLog
      key={queueId}
      entries={data?.pages.flatMap((page) => page.items)}
      hasOlder={hasNextPage}
      isLoadingOlder={isFetchingNextPage}
      onOlder={() => void fetchNextPage()}
    />
  );
}
