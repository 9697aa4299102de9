import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { isOver } from '../../api/run-facts.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { Button } from '../../ui/button.tsx';
import { RunLink, StoreAddressLink } from '../../ui/links.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { HelpLink } from '../../ui/help-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { healthSentence, lookOf } from '../../words/health.ts';
import type { StoreSearch } from './store-search.ts';

/** Name, health and actions of a store. */
export function StoreHeader({ store }: { store: Store }) {
  const { canOperate } = useAccess();
  const run = store.lastRun;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <nav aria-label="Breadcrumb" className="text-sm text-muted">
          <Link to="/stores" className="hover:text-ink hover:underline">
            Stores
          </Link>
        </nav>
        <div className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{store.name}</h1>
          <StatusPill look={lookOf(store)} />
          {store.state === 'paused' ? (
            <HelpLink topic="paused" about="A paused store" />
          ) : (
            <HelpLink topic="store" about="One store" />
          )}
        </div>
        <p data-testid="health" className="mt-1 wrap-break-word">
          {healthSentence(store)}{' '}
          {run && (run.isActionRequired || !isOver(run) || run.state !== 'done') && (
            <RunLink
              runId={run.runId}
              className="font-medium whitespace-nowrap text-accent underline underline-offset-2"
            >
              Open the run
            </RunLink>
          )}
        </p>
        <StoreAddressLink url={store.url} />
      </div>
      {canOperate && <Actions store={store} />}
    </div>
  );
}

function Actions({ store }: { store: Store }) {
  const navigate = useNavigate();
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: setStoreInCache }));
  const open = (dialog: StoreSearch['dialog']) =>
    void navigate({
      to: '/stores/$storeId',
      params: { storeId: store.id },
      search: (known) => ({ ...known, dialog }),
      resetScroll: false,
    });
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <div className="flex flex-wrap gap-2">
      {store.state === 'paused' ? (
        <Button
          kind="primary"
          icon="play"
          isBusy={resume.isPending}
          onClick={() => resume.mutate({ storeId: store.id })}
        >
          Resume
        </Button>
      ) : (
        <>
          <Button
            kind="primary"
            icon="play"
            disabled={isRunning}
            title={isRunning ? 'A run of this store is in progress' : undefined}
            onClick={() => open('start')}
          >
            Start run
          </Button>
          <Button icon="pause" onClick={() => open('pause')}>
            Pause
          </Button>
        </>
      )}
      {resume.error && <ErrorNote error={readApiError(resume.error)} />}
    </div>
  );
}
