import type { ReactNode } from 'react';
import { formatNumber, formatPercent } from '../../words/format.ts';
import { lookOf, type StoreView } from '../../words/health.ts';
import { isOver } from '../../api/run-facts.ts';
import { PHASES } from '../../words/status.ts';
import type { Run, Store } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Freshness } from './freshness.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink, StoreCustomersLink, StoreRunsLink } from '../../ui/links.tsx';
import { RunHistory } from './run-history.tsx';
import { StatusPill, toneText } from '../../ui/status-pill.tsx';
import { StoreMenu, type StoreAction } from '../store/store-menu.tsx';
import { Time } from '../../words/time.tsx';

type Sort = StoreView['sort'];

interface Props {
  stores: readonly Store[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** The store whose run is being started. */
  starting: string | null;
  onStart: (store: Store) => void;
  onAction: (store: Store, action: StoreAction) => void;
}

/** Many stores, one a row. */
export function StoreTable(props: Props) {
  const { sort, onSort } = props;
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface shadow-card">
      <table className="w-full border-collapse text-left">
        <thead className="border-b border-line bg-sunken/60 text-sm text-muted">
          <tr>
            <Column sort={sort} by="name" onSort={onSort} className="pl-4 sm:pl-5">
              Store
            </Column>
            <Column sort={sort} by={undefined} onSort={onSort} className="hidden sm:table-cell">
              Health
            </Column>
            <th scope="col" className="hidden px-3 py-2 font-medium lg:table-cell">
              Recent runs
            </th>
            <Column sort={sort} by="run" onSort={onSort} className="hidden md:table-cell">
              Last run
            </Column>
            <Column sort={sort} by="freshness" onSort={onSort} className="hidden xl:table-cell">
              Data as of
            </Column>
            <Column sort={sort} by="customers" onSort={onSort} className="text-right">
              Customers
            </Column>
            <th scope="col" className="w-px px-3 py-2 sm:pr-5">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {props.stores.map((store) => (
            <StoreRow
              key={store.id}
              store={store}
              isStarting={props.starting === store.id}
              onStart={() => props.onStart(store)}
              onAction={(action) => props.onAction(store, action)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Column(props: {
  by: Sort;
  sort: Sort;
  onSort: (sort: Sort) => void;
  className: string;
  children: ReactNode;
}) {
  const isSorted = props.sort === props.by;
  const order = props.by === 'customers' || props.by === 'run' ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      aria-sort={isSorted ? order : undefined}
      className={`px-3 py-1 font-medium ${props.className}`}
    >
      <button
        type="button"
        onClick={() => props.onSort(props.by)}
        className={`inline-flex h-7 items-center gap-1 hover:text-ink ${props.by === 'customers' ? 'flex-row-reverse' : ''} ${isSorted ? 'text-ink' : ''}`}
      >
        {props.children}
        <Icon
          name="chevron"
          className={`size-3.5 ${isSorted ? '' : 'invisible'} ${order === 'ascending' ? 'rotate-180' : ''}`}
        />
      </button>
    </th>
  );
}

function StoreRow(props: {
  store: Store;
  isStarting: boolean;
  onStart: () => void;
  onAction: (action: StoreAction) => void;
}) {
  const { store } = props;
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <tr className="hover:bg-sunken/50">
      <th scope="row" className="w-full max-w-0 py-2.5 pr-3 pl-4 font-normal sm:pl-5">
        <StoreRunsLink storeId={store.id} className="block truncate font-medium hover:underline">
          {store.name}
        </StoreRunsLink>
        <span className="block truncate text-sm text-muted">
          {store.url.replace(/^https?:\/\//, '')}
        </span>
        <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm sm:hidden">
          <StatusPill look={lookOf(store)} />
          <LastRun run={store.lastRun} />
        </span>
      </th>
      <td className="hidden px-3 py-2.5 sm:table-cell">
        <StatusPill look={lookOf(store)} />
      </td>
      <td className="hidden px-3 py-2.5 lg:table-cell">
        <RunHistory runs={store.recentRuns} />
      </td>
      <td className="hidden px-3 py-2.5 whitespace-nowrap md:table-cell">
        <LastRun run={store.lastRun} />
      </td>
      <td className="hidden px-3 py-2.5 whitespace-nowrap xl:table-cell">
        <Freshness freshness={store.freshness} />
      </td>
      <td className="px-3 py-2.5 text-right">
        <StoreCustomersLink storeId={store.id} className="hover:underline">
          {formatNumber(store.customers)}
        </StoreCustomersLink>
      </td>
      <td className="py-2.5 pr-2 sm:pr-3">
        <span className="flex items-center justify-end gap-1">
          <span className="hidden sm:block">
            <Button
              kind="quiet"
              icon="play"
              className="w-9 px-0"
              aria-label={`Start sync of ${store.name}`}
              title={isRunning ? 'A run of this store is under way' : 'Start sync'}
              isBusy={props.isStarting}
              disabled={isRunning || store.state === 'paused'}
              onClick={props.onStart}
            />
          </span>
          <StoreMenu store={store} onAction={props.onAction} />
        </span>
      </td>
    </tr>
  );
}

/** What the last run is at, or how and when it ended; leads to it. */
function LastRun({ run }: { run: Run | null }) {
  if (!run) return <span className="text-muted">None yet</span>;
  const look = PHASES[run.phase];
  return (
    <RunLink runId={run.runId} className="group inline-flex items-center gap-1.5">
      <Icon name={look.icon} className={`size-3.5 ${toneText[look.tone]}`} />
      <span className="group-hover:underline">
        {look.word}
        <span className="text-muted">
          {' '}
          {isOver(run) ? <Time at={run.finishedAt ?? run.updatedAt} /> : formatPercent(run.percent)}
        </span>
      </span>
    </RunLink>
  );
}
