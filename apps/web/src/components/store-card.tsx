import { count, formatNumber, formatPercent } from '../format.ts';
import { isOver, PHASES, STORES } from '../status.ts';
import type { Run, Store } from '../trpc.ts';
import { Button } from './button.tsx';
import { attentionOf } from './findings.tsx';
import { Icon } from './icon.tsx';
import { RunLink, StoreRunsLink } from './links.tsx';
import { Menu } from './menu.tsx';
import { ErrorNote } from './notes.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { StatusPill } from './status-pill.tsx';
import { Time } from './time.tsx';
import type { ApiError } from '../api-error.ts';

export type StoreAction =
  | 'connection'
  | 'schedules'
  | 'webhooks'
  | 'edit'
  | 'pause'
  | 'resume'
  | 'remove';

export function StoreCard(props: {
  store: Store;
  isStarting: boolean;
  startError: ApiError | null;
  onStart: () => void;
  onAction: (action: StoreAction) => void;
}) {
  const { store } = props;
  const attention = store.diagnosis && attentionOf(store.diagnosis);
  const isPaused = store.state === 'paused';
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <article className="flex flex-col rounded-lg border border-line bg-surface shadow-card">
      <div className="flex flex-1 flex-col gap-4 p-4 sm:p-5">
        <header className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <h2 className="truncate text-lg font-semibold">{store.name}</h2>
              <StatusPill look={STORES[store.state]} />
            </div>
            <a
              href={store.url}
              target="_blank"
              rel="noreferrer"
              className="block truncate text-sm text-muted hover:text-ink hover:underline"
            >
              {store.url.replace(/^https?:\/\//, '')}
            </a>
          </div>
          <StoreMenu store={store} onAction={props.onAction} />
        </header>
        {store.pause && (
          <div className="rounded-md bg-wait-soft px-3.5 py-2.5">
            <p className="text-ink">{store.pause.reason}</p>
            <p className="text-sm text-wait">
              Paused <Time at={store.pause.at} />
            </p>
          </div>
        )}
        <dl className="grid grid-cols-[auto_1fr] gap-x-8 gap-y-3">
          <div>
            <dt className="text-sm text-muted">Customers</dt>
            <dd className="text-xl font-semibold">{formatNumber(store.customers)}</dd>
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
        {store.freshness.verifiedSince && (
          <p className="text-sm text-muted">{store.freshness.text}</p>
        )}
        {attention && (
          <button
            type="button"
            className={`flex items-center gap-1.5 self-start text-sm hover:underline ${store.diagnosis?.isHealthy ? 'text-wait' : 'text-bad'}`}
            onClick={() => props.onAction('connection')}
          >
            <Icon name="alert" className="size-3.5" /> {attention}
          </button>
        )}
        {props.startError && <ErrorNote error={props.startError} />}
      </div>
      <footer className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3 sm:px-5">
        {isPaused ? (
          <>
            <Button kind="primary" icon="play" onClick={() => props.onAction('resume')}>
              Resume
            </Button>
            <Button icon="key" onClick={() => props.onAction('edit')}>
              Change keys
            </Button>
          </>
        ) : (
          <Button
            kind="primary"
            icon="play"
            isBusy={props.isStarting}
            disabled={isRunning}
            title={isRunning ? 'A run of this store is under way' : undefined}
            onClick={props.onStart}
          >
            Start sync
          </Button>
        )}
        <StoreRunsLink
          storeId={store.id}
          className="ml-auto px-1 text-muted hover:text-ink hover:underline"
        >
          All runs
        </StoreRunsLink>
      </footer>
    </article>
  );
}

function LastRun({ run }: { run: Run }) {
  return (
    <RunLink queueId={run.queueId} className="group flex flex-col gap-1.5">
      <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <StatusPill look={PHASES[run.phase]} />
        <span className="text-muted group-hover:text-ink group-hover:underline">
          {isOver(run) ? <Time at={run.finishedAt ?? run.updatedAt} /> : formatPercent(run.percent)}
        </span>
      </span>
      <ProgressBar run={run} />
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

function StoreMenu({ store, onAction }: { store: Store; onAction: (action: StoreAction) => void }) {
  const pauseOrResume = store.state === 'paused' ? 'resume' : 'pause';
  return (
    <Menu
      label={`Actions for ${store.name}`}
      buttonClassName="-mt-1 -mr-2 grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      button={<Icon name="more" />}
      sections={[
        {
          name: 'store',
          title: `Key …${store.keyHint}${store.wooVersion ? ` · WooCommerce ${store.wooVersion}` : ''}`,
          items: [
            { label: 'Examine connection', onSelect: () => onAction('connection') },
            { label: 'Schedules', onSelect: () => onAction('schedules') },
            { label: 'Webhooks', onSelect: () => onAction('webhooks') },
            { label: 'Edit name and keys', onSelect: () => onAction('edit') },
            {
              label: pauseOrResume === 'pause' ? 'Pause' : 'Resume',
              onSelect: () => onAction(pauseOrResume),
            },
          ],
        },
        {
          name: 'remove',
          items: [{ label: 'Remove store', onSelect: () => onAction('remove'), isDanger: true }],
        },
      ]}
    />
  );
}
