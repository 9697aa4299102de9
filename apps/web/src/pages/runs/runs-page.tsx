import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorNote } from '../../ui/notes.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RunFilters } from './run-filters.tsx';
import { RunRow } from './run-row.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { runsQuery, storesQuery } from '../../api/queries.ts';
import { runFilter } from './runs-search.ts';

export function RunsPage() {
  const search = useSearch({ from: '/shell/runs' });
  const navigate = useNavigate();
  const { data: stores = [] } = useQuery(storesQuery());
  const runs = useInfiniteQuery(runsQuery(runFilter(search)));
  const items = runs.data?.pages.flatMap((page) => page.items);
  const isFiltered = search.store !== undefined || search.state !== undefined;
  return (
    <>
      <PageHeader title="Runs">
        <RunFilters
          stores={stores}
          store={search.store}
          state={search.state}
          onStore={(store) => void navigate({ to: '/runs', search: { ...search, store } })}
          onState={(state) => void navigate({ to: '/runs', search: { ...search, state } })}
        />
      </PageHeader>
      {!items && runs.error && <ErrorNote error={readApiError(runs.error)} />}
      {!items && !runs.error && <Rows />}
      {items?.length === 0 && (isFiltered ? <NoMatch /> : <NoRuns />)}
      {items && items.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-card">
          {items.map((run) => (
            <RunRow key={run.runId} run={run} />
          ))}
        </ul>
      )}
      {runs.hasNextPage && (
        <div className="mt-4 text-center">
          <Button isBusy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
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
      title="No run has been started yet"
      action={
        <Link to="/stores" className="font-medium text-accent underline underline-offset-2">
          Go to the stores
        </Link>
      }
    >
      A run reads a store’s whole list of customers and copies what is new or has changed. Start one
      from a store; it can be watched here, live.
    </EmptyState>
  );
}

function NoMatch() {
  return (
    <EmptyState
      icon="list"
      title="No run matches"
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
      Choose another store or state.
    </EmptyState>
  );
}
