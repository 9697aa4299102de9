import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { readApiError } from '../api-error.ts';
import { ActivityLog } from '../components/activity-log.tsx';
import { BatchGrid } from '../components/batch-grid.tsx';
import { Button } from '../components/button.tsx';
import { CustomerLines } from '../components/customer-lines.tsx';
import { ErrorNote } from '../components/notes.tsx';
import { ForceDoneDialog, RetryDialog, StartDialog } from '../components/run-actions.tsx';
import { RunBanner } from '../components/run-banner.tsx';
import { RunCounts } from '../components/run-counts.tsx';
import { RunHeader } from '../components/run-header.tsx';
import { RunProgress } from '../components/run-progress.tsx';
import { PageSkeleton } from '../components/skeleton.tsx';
import { liveCache } from '../live/use-live.ts';
import { activityQuery, linesQuery, runQuery, storesQuery } from '../queries.ts';
import { isOver } from '../status.ts';
import { queryClient, trpc, type Line, type Run, type Store } from '../trpc.ts';
import { NotFoundPage } from './not-found.tsx';

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
      <Actions run={run} store={store} />
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

type ActionName = 'start' | 'retry' | 'force-done';

/** The header with its buttons, the banner with those that help, and the dialogs behind them. */
function Actions({ run, store }: { run: Run; store: Store | undefined }) {
  const [open, setOpen] = useState<ActionName | null>(null);
  const navigate = useNavigate();
  const isFetching = useQuery(runQuery(run.queueId)).isFetching;
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess(answer) {
        liveCache.writeRun(answer.run);
        setOpen(null);
        void navigate({ to: '/runs/$queueId', params: { queueId: answer.run.queueId } });
      },
    }),
  );
  const onRunAnswer = (answer: { run: Run }) => {
    liveCache.writeRun(answer.run);
    setOpen(null);
  };
  const retry = useMutation(trpc.sync.retry.mutationOptions({ onSuccess: onRunAnswer }));
  const forceDone = useMutation(trpc.sync.forceDone.mutationOptions({ onSuccess: onRunAnswer }));

  function show(name: ActionName): void {
    for (const mutation of [start, retry, forceDone]) mutation.reset();
    setOpen(name);
  }
  const canRetry = run.state === 'partial' || run.state === 'failed';
  const retryButton = canRetry && (
    <Button icon="retry" onClick={() => show('retry')}>
      Retry
    </Button>
  );
  const forceDoneButton = run.state !== 'done' && (
    <Button icon="flag" onClick={() => show('force-done')}>
      Force done
    </Button>
  );
  return (
    <>
      <RunHeader run={run}>
        <Button
          kind="quiet"
          icon="retry"
          title="What is shown is live; this asks once more"
          isBusy={isFetching}
          onClick={() => void queryClient.invalidateQueries(trpc.sync.pathFilter())}
        >
          Refresh
        </Button>
        {retryButton}
        {forceDoneButton}
        <Button
          icon="play"
          kind={run.state === 'done' ? 'primary' : 'secondary'}
          disabled={!isOver(run)}
          title={isOver(run) ? undefined : 'This run of the store is still under way'}
          onClick={() => show('start')}
        >
          Start new run
        </Button>
      </RunHeader>
      <RunBanner run={run}>
        {store?.state === 'paused' ? <StorePaused store={store} /> : retryButton}
        {forceDoneButton}
      </RunBanner>
      {open === 'start' && (
        <StartDialog
          store={store ?? { name: run.storeName, customers: 0 }}
          isBusy={start.isPending}
          error={start.error && readApiError(start.error)}
          onClose={() => setOpen(null)}
          onStart={() => start.mutate({ storeId: run.storeId })}
        />
      )}
      {open === 'retry' && (
        <RetryDialog
          run={run}
          isBusy={retry.isPending}
          error={retry.error && readApiError(retry.error)}
          onClose={() => setOpen(null)}
          onRetry={(override) =>
            retry.mutate({ queueId: run.queueId, ...(override && { override }) })
          }
        />
      )}
      {open === 'force-done' && (
        <ForceDoneDialog
          run={run}
          isBusy={forceDone.isPending}
          error={forceDone.error && readApiError(forceDone.error)}
          onClose={() => setOpen(null)}
          onForceDone={(reason) => forceDone.mutate({ queueId: run.queueId, reason })}
        />
      )}
    </>
  );
}

/** What helps where the store is paused: other keys, or to go on. */
function StorePaused({ store }: { store: Store }) {
  const navigate = useNavigate();
  const resume = useMutation(
    trpc.store.resume.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.store.pathFilter()),
    }),
  );
  const changeKeys = () =>
    void navigate({ to: '/stores', search: { dialog: 'edit', store: store.id } });
  return (
    <>
      <Button icon="key" onClick={changeKeys}>
        Change keys
      </Button>
      <Button icon="play" isBusy={resume.isPending} onClick={() => resume.mutate({ storeId: store.id })}>
        Resume store
      </Button>
      {resume.error && <ErrorNote error={readApiError(resume.error)} />}
    </>
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
