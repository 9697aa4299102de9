import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink } from '../../ui/links.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { liveCache } from '../../api/live/use-live.ts';
import { probesKey, storeQuery } from '../../api/queries.ts';
import { queryClient, trpc } from '../../api/trpc.ts';

/** Starts the first sync of a newly connected store, once, and opens it. */
export function FirstSync({ storeId }: { storeId: string }) {
  const { data: store, error } = useQuery(storeQuery(storeId));
  const navigate = useNavigate();
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess({ run }) {
        liveCache.writeRun(run);
        void queryClient.invalidateQueries(trpc.store.pathFilter());
        void navigate({
          to: '/runs/$runId',
          params: { runId: run.runId },
          replace: true,
        }).then(() => queryClient.removeQueries({ queryKey: probesKey }));
      },
    }),
  );
  const { isIdle, mutate } = start;
  const isNew = store?.lastRun === null;
  // The same key prevents a second run if the page is loaded again.
  const begin = () => mutate({ storeId, idempotencyKey: `first:${storeId}` });
  useEffect(() => {
    if (isNew && isIdle) mutate({ storeId, idempotencyKey: `first:${storeId}` });
  }, [isNew, isIdle, mutate, storeId]);

  const problem = error ?? start.error;
  if (problem) {
    return (
      <ErrorNote
        error={readApiError(problem)}
        action={
          <>
            {start.error && <Button onClick={begin}>Start sync</Button>}
            <Link to="/stores" className={buttonLook('quiet')}>
              Go to stores
            </Link>
          </>
        }
      />
    );
  }
  if (isIdle && store?.lastRun) {
    return (
      <>
        <p
          role="status"
          className="flex items-center gap-2 rounded-md bg-accent-soft px-3.5 py-2.5 font-semibold text-accent"
        >
          <Icon name="check" />
          {store.name} is connected.
        </p>
        <div className="flex flex-wrap gap-2">
          <Link to="/stores" className={buttonLook('primary')}>
            Go to stores
          </Link>
          <RunLink runId={store.lastRun.runId} className={buttonLook()}>
            Open its last run
          </RunLink>
        </div>
      </>
    );
  }
  return (
    <p
      role="status"
      className="flex items-center gap-2 rounded-md bg-accent-soft px-3.5 py-2.5 font-semibold text-accent"
    >
      <Icon name="check" />
      Connected. The first sync is starting…
    </p>
  );
}
