import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, type ReactNode } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { useHiddenColumns } from './customer-columns.ts';
import { useAccess } from '../../api/use-access.ts';
import { CustomerFilters, type FilterChanges } from './customer-filters.tsx';
import { CustomerTable } from './customer-table.tsx';
import { ExportMenu } from './export-menu.tsx';
import { RunLink } from '../../ui/links.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorNote } from '../../ui/notes.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { isNarrow, type CustomerFilter } from '../../api/customer-filter.ts';
import { count, formatNumber } from '../../words/format.ts';
import { customersQuery, facetsQuery, storesQuery } from '../../api/queries.ts';
import { isOver } from '../../api/run-facts.ts';
import type { CustomerItem, CustomerPage, Store } from '../../api/trpc.ts';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { customerFilter, customersSearch, type CustomersSearch } from './customers-search.ts';
import { ViewsMenu } from '../views/views-menu.tsx';
import { useAutoFetchPages } from '../../ui/use-auto-fetch-pages.ts';

const link = 'font-medium text-accent underline underline-offset-2';

export function CustomersPage() {
  const search = useSearch({ from: '/shell/customers' });
  const filter = customerFilter(search);
  const navigate = useNavigate({ from: '/customers' });
  const { data: stores } = useQuery(storesQuery());
  const { data: facets } = useQuery(facetsQuery(search.store));
  const found = useFound(filter);
  const [hidden, toggle] = useHiddenColumns();
  useRowKeys();
  const { customers } = found;
  const total = totalOf(filter, stores, found);
  const change = (changes: Partial<CustomersSearch>) =>
    void navigate({
      to: '/customers',
      search: (known) => ({ ...known, ...changes }),
      // Typing replaces the history entry; choices add one.
      replace: 'q' in changes,
      resetScroll: false,
    });
  // A stable reference, so that unrelated changes render no rows.
  const open = useCallback(
    ({ storeId, wooId }: CustomerItem) =>
      void navigate({ to: '/customers/$storeId/$wooId', params: { storeId, wooId } }),
    [navigate],
  );
  const isEmpty = customers?.length === 0 && !found.hasMore;
  const isFirst = isEmpty && !isNarrow(filter) && search.store === undefined;
  const isNew = isFirst && !stores?.some(({ lastRun }) => lastRun);
  return (
    <>
      <PageHeader title="Customers" help="customers">
        <div className="flex h-9 items-center gap-3">
          {customers && customers.length > 0 && (
            <>
              <p role="status" className="text-muted">
                {total}
              </p>
              <ColumnsMenu
                hidden={hidden}
                hasStores={(stores?.length ?? 0) > 1}
                onToggle={toggle}
              />
              <ExportMenu filter={filter} what={total} />
            </>
          )}
        </div>
      </PageHeader>
      {!isNew && (
        <CustomerFilters
          filter={filter}
          stores={stores ?? []}
          facets={facets}
          onChange={(changes) => change(toSearch(changes))}
          onClear={() => void navigate({ to: '/customers', search: {} })}
        >
          <ViewsMenu
            list="customers"
            schema={customersSearch}
            search={search}
            all="All customers"
            onChoose={(view) => void navigate({ to: '/customers', search: view })}
            className="h-10 flex-1 sm:flex-none"
          />
        </CustomerFilters>
      )}
      {found.error && <ErrorNote error={readApiError(found.error)} />}
      {((!customers && !found.error) || (isFirst && !stores)) && <Rows />}
      {isFirst && stores && <NoCustomers stores={stores} />}
      {isEmpty && !isFirst && <NoMatch search={search} suggestion={found.suggestion} />}
      {customers && customers.length > 0 && (
        <div
          aria-busy={found.isOld}
          className={`overflow-clip rounded-lg border border-line bg-surface shadow-card transition-opacity delay-150 ${found.isOld ? 'opacity-60' : ''}`}
        >
          <CustomerTable
            customers={customers}
            words={found.words}
            q={search.q ?? ''}
            storeNames={stores && stores.length > 1 ? namesOf(stores) : null}
            hidden={hidden}
            sort={search.sort}
            onSort={(sort) => change({ sort })}
            onOpen={open}
          />
        </div>
      )}
      {found.hasMore && <More found={found} total={total} />}
    </>
  );
}

/** The parameter names of the page's address. */
function toSearch({ storeId, ...changes }: FilterChanges): Partial<CustomersSearch> {
  return { ...changes, ...(storeId !== undefined && { store: storeId ?? undefined }) };
}

type Found = ReturnType<typeof useFound>;

/** The matching customers loaded so far. */
function useFound(filter: CustomerFilter) {
  const query = useInfiniteQuery(customersQuery(filter));
  const { data, isPlaceholderData, isFetching, isFetchNextPageError, hasNextPage } = query;
  const customers = data?.pages.flatMap(({ items }) => items);
  const { isLooking, more } = useAutoFetchPages(
    JSON.stringify(filter),
    data && !isPlaceholderData
      ? {
          items: customers?.length ?? 0,
          pages: data.pages.length,
          hasNextPage,
          isFetching,
          hasFailed: isFetchNextPageError,
          fetchNextPage: query.fetchNextPage,
        }
      : null,
  );
  return {
    /** Undefined while loading. */
    customers,
    words: data?.pages[0]?.words ?? [],
    total: data?.pages[0]?.total ?? null,
    suggestion: data?.pages[0]?.suggestion ?? null,
    /** They belong to the previous filters. */
    isOld: isPlaceholderData,
    hasMore: hasNextPage && !isPlaceholderData,
    isLooking: isLooking || query.isFetchingNextPage,
    error: query.error,
    more,
  };
}

function More({ found, total }: { found: Found; total: string }) {
  const shown = found.customers?.length ?? 0;
  if (shown > 0)
    return (
      <LoadMore
        hasMore
        isLoading={found.isLooking}
        onMore={found.more}
        note={`${formatNumber(shown)} of ${total}`}
      />
    );
  return (
    <div className="mt-4 flex flex-col items-center gap-2 text-center">
      <p role="status" className="text-muted">
        {found.isLooking
          ? 'No match among recently changed customers; searching further back…'
          : 'No match so far; there are more to search.'}
      </p>
      <Button isBusy={found.isLooking} onClick={found.more}>
        Search further
      </Button>
    </div>
  );
}

/** The number of customers, as far as known. */
function totalOf(
  filter: CustomerFilter,
  stores: readonly Store[] | undefined,
  { customers = [], hasMore, total }: Pick<Found, 'customers' | 'hasMore' | 'total'>,
): string {
  if (!hasMore) return count(customers.length, 'customer');
  if (stores && !isNarrow(filter)) return count(presentIn(stores, filter.storeId), 'customer');
  return totalText(total, customers.length);
}

function totalText(total: CustomerPage['total'], loaded: number): string {
  const least = Math.max(total?.count ?? 0, loaded);
  return total?.isExact ? count(least, 'customer') : `${formatNumber(least)}+ customers`;
}

function presentIn(stores: readonly Store[], storeId: string | undefined): number {
  return stores
    .filter(({ id }) => storeId === undefined || id === storeId)
    .reduce((sum, { customers }) => sum + customers, 0);
}

const namesOf = (stores: readonly Store[]): ReadonlyMap<string, string> =>
  new Map(stores.map(({ id, name }) => [id, name]));

function Rows() {
  return (
    <div
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-card"
      role="status"
      aria-busy="true"
      aria-label="Loading"
    >
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="flex items-center gap-6 px-4 py-2.5 sm:px-5">
          <div className="flex flex-1 flex-col gap-1.5">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3 w-24" />
          </div>
          <Skeleton className="hidden h-4 flex-1 md:block" />
          <Skeleton className="hidden h-4 w-32 lg:block" />
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </div>
  );
}

/** What is missing before there can be customers. */
function NoCustomers({ stores }: { stores: readonly Store[] }) {
  const { canAdmin } = useAccess();
  if (stores.length === 0) {
    return (
      <EmptyState
        icon="store"
        title="No stores yet"
        action={
          canAdmin && (
            <Link to="/connect" className={link}>
              Connect store
            </Link>
          )
        }
      >
        Customers come from WooCommerce stores. Once a store is synced, you can search its customers
        here.
      </EmptyState>
    );
  }
  const running = stores.find(({ lastRun }) => lastRun && !isOver(lastRun))?.lastRun;
  return (
    <EmptyState
      icon="user"
      title="No customers yet"
      action={
        running ? (
          <RunLink runId={running.runId} className={link}>
            Watch the run
          </RunLink>
        ) : (
          <Link to="/stores" className={link}>
            Go to stores
          </Link>
        )
      }
    >
      {running
        ? 'A run is reading the store’s customers. The first ones appear shortly.'
        : 'Start a run of a store to copy its customers.'}
    </EmptyState>
  );
}

/** Why nothing was found, and what to try. */
function NoMatch({ search, suggestion }: { search: CustomersSearch; suggestion: string | null }) {
  const { q, sort: _sort, ...others } = search;
  const isNarrowed = Object.values(others).some((value) => value !== undefined);
  return (
    <EmptyState
      icon="search"
      title="No customers match these filters"
      action={
        <div className="flex flex-wrap justify-center gap-x-5 gap-y-2">
          {q !== undefined && search.status === undefined && (
            <Link to="/customers" search={{ ...search, status: 'all' }} className={link}>
              Include deleted customers
            </Link>
          )}
          {q !== undefined && isNarrowed && (
            <Link to="/customers" search={{ q }} className={link}>
              Search all stores without filters
            </Link>
          )}
          <Link to="/customers" search={{}} className={link}>
            Show all customers
          </Link>
        </div>
      }
    >
      {suggestion !== null && (
        <p className="mb-3 text-ink">
          Did you mean{' '}
          <Link to="/customers" search={{ ...search, q: suggestion }} className={link}>
            {suggestion}
          </Link>
          ?
        </p>
      )}
      {q === undefined ? 'Choose other filters, or show all customers.' : <Hints />}
    </EmptyState>
  );
}

function Hints(): ReactNode {
  return (
    <ul className="flex list-disc flex-col gap-1 pl-5 text-left">
      <li>
        Every word must occur in the name, company, email, username, city or phone number; try fewer
        words.
      </li>
      <li>One or two letters match only the start of a word; three match anywhere.</li>
      <li>Accents, capitals, apostrophes and spaces between digits do not matter.</li>
      <li>
        <span className="font-mono text-sm">#17</span> finds a customer by WooCommerce id.
      </li>
    </ul>
  );
}
