import { count, formatNumber, formatPercent } from '../../words/format.ts';
import { lookOf } from '../../words/health.ts';
import { isOver } from '../../api/run-facts.ts';
import { runLook } from '../../words/status.ts';
import type { Run, Store } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { attentionOf } from '../connect/findings.tsx';
import { Freshness } from './freshness.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '@tanstack/react-router';
import { useAccess } from '../../api/use-access.ts';
import {
  RunLink,
  StoreAddressLink,
  StoreCustomersLink,
  StoreLink,
  StoreRunsLink,
} from '../../ui/links.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { ProgressBar } from '../run/progress-bar.tsx';
import { RunHistory } from './run-history.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { StoreMenu, type StoreAction } from '../store/store-menu.tsx';
import { Time } from '../../words/time.tsx';
import type { ApiError } from '../../api/api-error.ts';

interface CardProps {
  store: Store;
  onAction: (action: StoreAction) => void;
}

export function StoreCard({ store, error, onAction }: CardProps & { error: ApiError | null }) {
  return (
    <article className="flex flex-col rounded-lg border border-line bg-surface shadow-card">
      <div className="flex flex-1 flex-col gap-4 p-4 sm:p-5">
        <CardHeader store={store} onAction={onAction} />
        {store.pause && <PauseNote pause={store.pause} />}
        <dl className="grid grid-cols-[auto_1fr] gap-x-8 gap-y-3">
          <div>
            <dt className="text-sm text-muted">Customers</dt>
            <dd className="text-xl font-semibold">
              <StoreCustomersLink storeId={store.id} className="hover:underline">
                {formatNumber(store.customers)}
              </StoreCustomersLink>
            </dd>
          </div>
          <div className="min-w-0">
            <dt className="text-sm text-muted">Last run</dt>
            <dd className="pt-0.5">
              {store.lastRun ? (
                <LastRun run={store.lastRun} />
              ) : (
                <span className="text-muted">None yet</span>
              )}
            </dd>
          </div>
        </dl>
        <ConnectionLink store={store} />
        <dl className="mt-auto grid grid-cols-[1fr_auto] items-end gap-x-6 gap-y-3">
          <div>
            <dt className="text-sm text-muted">Data as of</dt>
            <dd>
              <Freshness freshness={store.freshness} />
            </dd>
          </div>
          {store.recentRuns.length > 0 && (
            <div>
              <dt className="sr-only">Recent runs</dt>
              <dd>
                <RunHistory runs={store.recentRuns} />
              </dd>
            </div>
          )}
        </dl>
        {error && <ErrorNote error={error} />}
      </div>
      <CardFooter store={store} onAction={onAction} />
    </article>
  );
}

function CardHeader({ store, onAction }: CardProps) {
  const { canOperate } = useAccess();
  return (
    <header className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h2 className="max-w-full truncate text-lg font-semibold">
            <StoreLink storeId={store.id} className="hover:underline">
              {store.name}
            </StoreLink>
          </h2>
          <StatusPill look={lookOf(store)} />
        </div>
        <StoreAddressLink url={store.url} />
      </div>
      {canOperate && (
        <div className="-mt-1 -mr-2">
          <StoreMenu store={store} onAction={onAction} />
        </div>
      )}
    </header>
  );
}

function PauseNote({ pause }: { pause: NonNullable<Store['pause']> }) {
  const isOnPurpose = pause.code === 'paused_by_person';
  return (
    <div className={`rounded-md px-3.5 py-2.5 ${isOnPurpose ? 'bg-sunken' : 'bg-wait-soft'}`}>
      <p className="line-clamp-2 text-ink" title={pause.reason}>
        {pause.reason}
      </p>
      <p className={`text-sm ${isOnPurpose ? 'text-muted' : 'text-wait'}`}>
        Paused <Time at={pause.at} />
      </p>
    </div>
  );
}

/** Leads to the diagnosis, if it needs attention. */
function ConnectionLink({ store }: { store: Store }) {
  const attention = attentionOf(store);
  if (!attention) return null;
  return (
    <Link
      to="/stores/$storeId"
      params={{ storeId: store.id }}
      search={{ tab: 'connection' }}
      className={`flex items-center gap-1.5 self-start text-sm hover:underline ${store.diagnosis?.isHealthy ? 'text-wait' : 'text-bad'}`}
    >
      <Icon name="alert" className="size-3.5" /> {attention}
    </Link>
  );
}

function CardFooter({ store, onAction }: CardProps) {
  const { canOperate } = useAccess();
  const isPaused = store.state === 'paused';
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <footer className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3 sm:px-5">
      {canOperate && isPaused && (
        <Button kind="primary" icon="play" onClick={() => onAction('resume')}>
          Resume
        </Button>
      )}
      {canOperate && !isPaused && (
        <Button
          kind="primary"
          icon="play"
          disabled={isRunning}
          title={isRunning ? 'A run of this store is in progress' : undefined}
          onClick={() => onAction('start')}
        >
          Start run
        </Button>
      )}
      <span className="ml-auto flex gap-3 px-1 text-muted">
        <StoreCustomersLink storeId={store.id} className="hover:text-ink hover:underline">
          Customers
        </StoreCustomersLink>
        <StoreRunsLink storeId={store.id} className="hover:text-ink hover:underline">
          All runs
        </StoreRunsLink>
      </span>
    </footer>
  );
}

function LastRun({ run }: { run: Run }) {
  return (
    <RunLink runId={run.runId} className="group flex flex-col gap-1.5">
      <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <StatusPill look={runLook(run)} />
        <span className="text-muted group-hover:text-ink group-hover:underline">
          {isOver(run) ? <Time at={run.finishedAt ?? run.updatedAt} /> : formatPercent(run.percent)}
        </span>
      </span>
      {!isOver(run) && <ProgressBar run={run} />}
      <span className="text-sm text-muted">
        {run.isActionRequired ? (
          <span className="flex items-center gap-1.5 font-medium text-bad">
            <Icon name="alert" className="size-3.5" /> Needs a decision
          </span>
        ) : (
          `${formatNumber(run.counts.done)} synced, ${count(run.counts.failed, 'failed', 'failed')}`
        )}
      </span>
    </RunLink>
  );
}
