import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { isOver } from '../../api/run-facts.ts';
import { queryClient, trpc, type Run, type Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { RunBanner } from './run-banner.tsx';
import type { RunAction } from './run-dialog.tsx';
import { RunHeader } from './run-header.tsx';

const RunDialog = lazy(async () => ({ default: (await import('./run-dialog.tsx')).RunDialog }));

/** Header and banner of a run with their buttons and dialogs. */
export function RunActions({ run, store }: { run: Run; store: Store | undefined }) {
  const { canOperate } = useAccess();
  const [action, setAction] = useState<RunAction | null>(null);
  if (!canOperate) {
    return (
      <>
        <RunHeader run={run} />
        <RunBanner run={run}>Operators and owners can act on it.</RunBanner>
      </>
    );
  }
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
        {(!hasBanner || isPaused) && retryButton}
        {!hasBanner && forceDoneButton}
        <Button
          icon="play"
          kind={run.state === 'done' ? 'primary' : 'secondary'}
          disabled={!isOver(run)}
          title={isOver(run) ? undefined : 'This run is still in progress'}
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

/** Actions for a paused store: enter new keys, or resume it. */
function StorePaused({ store }: { store: Store }) {
  const { canAdmin } = useAccess();
  const resume = useMutation(
    trpc.store.resume.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.store.pathFilter()),
    }),
  );
  const isOnPurpose = store.pause?.code === 'paused_by_person';
  return (
    <>
      {canAdmin && !isOnPurpose && (
        <Link
          to="/stores/$storeId"
          params={{ storeId: store.id }}
          search={{ tab: 'settings' }}
          className={buttonLook()}
        >
          Change keys
        </Link>
      )}
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
