import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { CustomerContact, CustomerFacts } from './customer-facts.tsx';
import { CustomerHeader } from './customer-header.tsx';
import { CustomerHistory } from './customer-history.tsx';
import { EmptyState, ErrorNote } from '../../ui/notes.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { customerHistoryQuery, customerQuery, storesQuery } from '../../api/queries.ts';

export function CustomerPage() {
  const { storeId, wooId } = useParams({ from: '/shell/customers/$storeId/$wooId' });
  const { data: customer, error } = useQuery(customerQuery(storeId, wooId));
  const { data: stores } = useQuery(storesQuery());
  const history = useInfiniteQuery(customerHistoryQuery(storeId, wooId));
  if (!customer) {
    if (!error) return <PageSkeleton />;
    const problem = readApiError(error);
    const isUnknown = problem.code === 'customer_not_found' || problem.code === 'invalid_input';
    return isUnknown ? <Unknown /> : <ErrorNote error={problem} />;
  }
  return (
    <div className="flex flex-col gap-5">
      <CustomerHeader customer={customer} store={stores?.find(({ id }) => id === storeId)} />
      {/* On a phone below each other; otherwise the history is beside the rest. */}
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:grid-rows-[auto_1fr]">
        <div className="flex min-w-0 flex-col gap-5">
          <CustomerContact customer={customer} />
        </div>
        <div className="min-w-0 lg:row-span-2">
          <CustomerHistory
            history={history.data?.pages.flatMap(({ items }) => items)}
            hasMore={history.hasNextPage}
            isLoadingMore={history.isFetchingNextPage}
            onMore={() => void history.fetchNextPage()}
            problem={
              history.error && (
                <div className="p-4">
                  <ErrorNote error={readApiError(history.error)} />
                </div>
              )
            }
          />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <CustomerFacts customer={customer} />
        </div>
      </div>
    </div>
  );
}

function Unknown() {
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <EmptyState
        isPage
        icon="user"
        title="Customer not found"
        action={
          <Link to="/customers" className="font-medium text-accent underline underline-offset-2">
            Search customers
          </Link>
        }
      >
        The customer has not been synced yet, failed to sync (the run shows why), or belonged to a
        store that was removed.
      </EmptyState>
    </div>
  );
}
