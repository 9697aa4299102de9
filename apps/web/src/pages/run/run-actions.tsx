import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import type { RunAction } from './run-dialog.tsx';
import { RunBanner } from './run-banner.tsx';
import { RunHeader } from './run-header.tsx';
import { activityKey, runQuery } from '../../api/queries.ts';
import { isOver } from '../../api/run-facts.ts';
import { queryClient, trpc, type Run, type Store } from '../../api/trpc.ts';

const RunDialog = lazy(async () => ({ default: (await import('./run-dialog.tsx')).RunDialog }));

/** The header with its buttons, the banner with those that help, and the dialogs behind them. */
export function RunActions({ run, store }: { run: Run; store: Store | undefined }) {
  const [action, setAction] = useState<RunAction | null>(null);
  const isFetching = useQuery(runQuery(run.runId)).isFetching;
  const isPaused = store?.state === 'paused';
  const hasBanner = run.isActionRequired || run.phase === 'paused';
  const canRetry = run.state !== 'done' && (isOver(run) || run.isActionRequired);
  const retryButton = canRetry && (
    <Button icon="retry" onClick={() => setAction('retry')}>
      Retry
    </Button>
  );
  const forceDoneButton = run.state !== 'done' && (
    <Button icon="flag" onClick={() => setAction('force-done')}>
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
          onClick={() => refresh(run)}
        >
          <span className="max-sm:sr-only">Refresh</span>
        </Button>
        {(!hasBanner || isPaused) && retryButton}
        {!hasBanner && forceDoneButton}
        <Button
          icon="play"
          kind={run.state === 'done' ? 'primary' : 'secondary'}
          disabled={!isOver(run)}
          title={isOver(run) ? undefined : 'This run of the store is still under way'}
          onClick={() => setAction('start')}
        >
          Start new run
        </Button>
      </RunHeader>
      <RunBanner run={run}>
        {isPaused ? <StorePaused store={store} /> : retryButton}
        {forceDoneButton}
      </RunBanner>
      <Suspense fallback={null}>
        {action && (
          <RunDialog action={action} run={run} store={store} onClose={() => setAction(null)} />
        )}
      </Suspense>
    </>
  );
}

function refresh({ runId }: Run): void {
  void queryClient.invalidateQueries(trpc.sync.pathFilter());
  void queryClient.invalidateQueries({ queryKey: activityKey(runId) });
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
      <Button
        icon="play"
        isBusy={resume.isPending}
        onClick={() => resume.mutate({ storeId: store.id })}
      >
        Resume store
      </Button>
      {resume.error && <ErrorNote error={readApiError(resume.error)} />}
    </>
  );
}
