import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorNote } from '../../ui/notes.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RunFilters } from './run-filters.tsx';
import { RunTable } from './run-table.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { runsQuery, storesQuery } from '../../api/queries.ts';
import { runFilter, runsSearch } from './runs-search.ts';
import { ViewsMenu } from '../views/views-menu.tsx';

export function RunsPage() {
  const search = useSearch({ from: '/shell/runs' });
  const navigate = useNavigate();
  const { data: stores = [] } = useQuery(storesQuery());
  const runs = useInfiniteQuery(runsQuery(runFilter(search)));
  const items = runs.data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title="Runs" help="runs">
        <RunFilters
          stores={stores}
          filter={search}
          onChange={(changes) =>
            void navigate({ to: '/runs', search: { ...search, ...changes }, resetScroll: false })
          }
        >
          <ViewsMenu
            list="runs"
            schema={runsSearch}
            search={search}
            all="All runs"
            onChoose={(view) => void navigate({ to: '/runs', search: view, resetScroll: false })}
            className="h-9 self-end"
          />
        </RunFilters>
      </PageHeader>
      {!items && runs.error && <ErrorNote error={readApiError(runs.error)} />}
      {!items && !runs.error && <Rows />}
      {items?.length === 0 && (isFiltered ? <NoMatch /> : <NoRuns />)}
      {items && items.length > 0 && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-card">
          <RunTable runs={items} />
        </div>
      )}
      <LoadMore
        hasMore={runs.hasNextPage}
        isLoading={runs.isFetchingNextPage}
        onMore={() => void runs.fetchNextPage()}
      />
    </>
  );
}

function Rows() {
  return (
    <div className="flex flex-col gap-2" role="status" aria-busy="true" aria-label="Loading">
      {['a', 'b', 'c', 'd', 'e'].map((key) => (
        <Skeleton key={key} className="h-12" />
      ))}
    </div>
  );
}

function NoRuns() {
  return (
    <EmptyState
      icon="play"
      title="No runs yet"
      action={
        <Link to="/stores" className="font-medium text-accent underline underline-offset-2">
          Go to stores
        </Link>
      }
    >
      A run reads the customers of a store and saves what is new or has changed. Start one from a
      store and watch it here, live.
    </EmptyState>
  );
}

function NoMatch() {
  return (
    <EmptyState
      icon="list"
      title="No runs match these filters"
      action={
        <Link
          to="/runs"
          search={{}}
          className="font-medium text-accent underline underline-offset-2"
        >
          Show all runs
        </Link>
      }
    >
      Change or remove a filter.
    </EmptyState>
  );
}
