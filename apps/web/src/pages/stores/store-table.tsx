import type { ReactNode } from 'react';
import { formatNumber, formatPercent } from '../../words/format.ts';
import { lookOf, usualDirection, type StoreView } from '../../words/health.ts';
import { isOver } from '../../api/run-facts.ts';
import { runLook } from '../../words/status.ts';
import type { Run, Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { SortableHead } from '../../ui/sortable-head.tsx';
import { Button } from '../../ui/button.tsx';
import { Freshness } from './freshness.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink, StoreCustomersLink, StoreLink } from '../../ui/links.tsx';
import { RunHistory } from './run-history.tsx';
import { StatusPill, toneText } from '../../ui/status-pill.tsx';
import { StoreMenu, type StoreAction } from '../store/store-menu.tsx';
import { withoutScheme } from '../../ui/without-scheme.ts';
import { Time } from '../../words/time.tsx';

type Sort = StoreView['sort'];

interface Props {
  stores: readonly Store[];
  view: StoreView;
  onSort: (order: Pick<StoreView, 'sort' | 'direction'>) => void;
  onAction: (store: Store, action: StoreAction) => void;
}

/** A table for many stores. */
export function StoreTable(props: Props) {
  const { view, onSort } = props;
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface shadow-card">
      <table className="w-full border-collapse text-left">
        <thead className="border-b border-line bg-sunken/60 text-sm text-muted">
          <tr>
            <Column view={view} by="name" onSort={onSort} className="pl-4 sm:pl-5">
              Store
            </Column>
            <Column view={view} by={undefined} onSort={onSort} className="hidden sm:table-cell">
              Health
            </Column>
            <th scope="col" className="hidden px-3 py-2 font-medium lg:table-cell">
              Recent runs
            </th>
            <Column view={view} by="run" onSort={onSort} className="hidden md:table-cell">
              Last run
            </Column>
            <Column view={view} by="freshness" onSort={onSort} className="hidden xl:table-cell">
              Data as of
            </Column>
            <Column view={view} by="customers" onSort={onSort} className="text-right">
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
  view: StoreView;
  onSort: Props['onSort'];
  className: string;
  children: ReactNode;
}) {
  const { by, view } = props;
  return (
    <SortableHead
      isSorted={view.sort === by}
      direction={view.direction ?? usualDirection(view.sort)}
      usualDirection={usualDirection(by)}
      canReverse={by !== undefined}
      isAtEnd={by === 'customers'}
      className={`px-3 ${props.className}`}
      onSort={(direction) => props.onSort({ sort: by, direction })}
    >
      {props.children}
    </SortableHead>
  );
}

function StoreRow(props: { store: Store; onAction: (action: StoreAction) => void }) {
  const { store } = props;
  const { canOperate } = useAccess();
  const isRunning = store.lastRun !== null && !isOver(store.lastRun);
  return (
    <tr className="hover:bg-sunken/50">
      <th scope="row" className="w-full max-w-0 py-(--row-space) pr-3 pl-4 font-normal sm:pl-5">
        <StoreLink storeId={store.id} className="block truncate font-medium hover:underline">
          {store.name}
        </StoreLink>
        <span className="block truncate text-sm text-muted">{withoutScheme(store.url)}</span>
        <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm sm:hidden">
          <StatusPill look={lookOf(store)} />
          <LastRun run={store.lastRun} />
        </span>
      </th>
      <td className="hidden px-3 py-(--row-space) sm:table-cell">
        <StatusPill look={lookOf(store)} />
      </td>
      <td className="hidden px-3 py-(--row-space) lg:table-cell">
        <RunHistory runs={store.recentRuns} />
      </td>
      <td className="hidden px-3 py-(--row-space) whitespace-nowrap md:table-cell">
        <LastRun run={store.lastRun} />
      </td>
      <td className="hidden px-3 py-(--row-space) whitespace-nowrap xl:table-cell">
        <Freshness freshness={store.freshness} />
      </td>
      <td className="px-3 py-(--row-space) text-right">
        <StoreCustomersLink storeId={store.id} className="hover:underline">
          {formatNumber(store.customers)}
        </StoreCustomersLink>
      </td>
      <td className="py-(--row-space) pr-2 sm:pr-3">
        {canOperate && (
          <span className="flex items-center justify-end gap-1">
            <span className="hidden sm:block">
              <Button
                kind="quiet"
                icon="play"
                className="w-9 px-0"
                aria-label={`Start a run of ${store.name}`}
                title={isRunning ? 'A run of this store is in progress' : 'Start run'}
                disabled={isRunning || store.state === 'paused'}
                onClick={() => props.onAction('start')}
              />
            </span>
            <StoreMenu store={store} onAction={props.onAction} />
          </span>
        )}
      </td>
    </tr>
  );
}

/** State of the last run, or how and when it ended; links to it. */
function LastRun({ run }: { run: Run | null }) {
  if (!run) return <span className="text-muted">None yet</span>;
  const look = runLook(run);
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
