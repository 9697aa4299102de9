import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { buttonLook } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { AttentionList } from './attention-list.tsx';
import { EmptyState, ErrorNote } from '../../ui/notes.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StoreCard } from './store-card.tsx';
import { StoreFilters } from './store-filters.tsx';
import type { StoreAction } from '../store/store-menu.tsx';
import { StoreTable } from './store-table.tsx';
import { chooseStores, countHealths, type StoreView } from '../../words/health.ts';
import { attentionItemsOf } from '../../words/attention.ts';
import { liveCache } from '../../api/live/use-live.ts';
import { storesQuery } from '../../api/queries.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';

const StoreDialogs = lazy(async () => ({
  default: (await import('../store/store-dialogs.tsx')).StoreDialogs,
}));

/** More than these are a table. */
const mostCards = 8;

export function StoresPage() {
  const { data: stores, error } = useQuery(storesQuery());
  const { dialog } = useSearch({ from: '/shell/stores' });
  return (
    <>
      <PageHeader title="Stores">{stores && stores.length > 0 && <ConnectLink />}</PageHeader>
      {stores && <Needs stores={stores} />}
      {!stores && error && <ErrorNote error={readApiError(error)} />}
      {!stores && !error && <Cards />}
      {stores?.length === 0 && (
        <EmptyState icon="store" title="Connect your first store" action={<ConnectLink />}>
          Mantis Sync copies the customers of a WooCommerce store and keeps the copy right. It needs
          the shop’s address, and a yes or a key from somebody who manages the shop.
        </EmptyState>
      )}
      {stores && stores.length > 0 && <AllStores stores={stores} />}
      <Suspense fallback={null}>{dialog && <StoreDialogs stores={stores ?? []} />}</Suspense>
    </>
  );
}

function ConnectLink() {
  return (
    <Link to="/connect" className={buttonLook('primary')}>
      <Icon name="plus" />
      Connect store
    </Link>
  );
}

function Needs({ stores }: { stores: readonly Store[] }) {
  const navigate = useNavigate();
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: setStoreInCache }));
  return (
    <>
      <AttentionList
        needs={attentionItemsOf(stores)}
        more={
          <Link
            to="/stores"
            search={{ health: 'needs' }}
            className="font-medium underline underline-offset-2"
          >
            Show them all
          </Link>
        }
        resuming={resume.isPending ? resume.variables.storeId : null}
        onResume={({ id }) => resume.mutate({ storeId: id })}
        onConnection={({ id }) =>
          void navigate({
            to: '/stores',
            search: (before) => ({ ...before, dialog: 'connection', store: id }),
          })
        }
      />
      {resume.error && <ErrorNote error={readApiError(resume.error)} />}
    </>
  );
}

function Cards() {
  return (
    <div
      className="grid gap-4 md:grid-cols-2 xl:grid-cols-3"
      role="status"
      aria-busy="true"
      aria-label="Loading"
    >
      <Skeleton className="h-56" />
      <Skeleton className="h-56" />
      <Skeleton className="hidden h-56 xl:block" />
    </div>
  );
}

/** As cards where there are few; as a table, to be filtered and sorted, where there are many. */
function AllStores({ stores }: { stores: readonly Store[] }) {
  const view = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate();
  const { starting, error, start, act } = useStoreActions();
  const change = (changes: StoreView) =>
    void navigate({
      to: '/stores',
      search: (before) => ({ ...before, ...changes }),
      replace: true,
      resetScroll: false,
    });
  if (stores.length <= mostCards) {
    return (
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {chooseStores(stores, {}).map((store) => (
          <StoreCard
            key={store.id}
            store={store}
            isStarting={starting === store.id}
            startError={error?.storeId === store.id ? error : null}
            onStart={() => start(store)}
            onAction={(action) => act(store, action)}
          />
        ))}
      </div>
    );
  }
  const chosen = chooseStores(stores, view);
  return (
    <>
      <StoreFilters
        counts={countHealths(stores)}
        total={stores.length}
        view={view}
        onHealth={(health) => change({ health })}
        onFind={(find) => change({ find })}
      />
      {error && <ErrorNote error={error} />}
      {chosen.length === 0 ? (
        <p className="py-10 text-center text-muted">No store matches.</p>
      ) : (
        <StoreTable
          stores={chosen}
          sort={view.sort}
          onSort={(sort) => change({ sort })}
          starting={starting}
          onStart={start}
          onAction={act}
        />
      )}
    </>
  );
}

function useStoreActions() {
  const navigate = useNavigate();
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess({ run }) {
        liveCache.writeRun(run);
        void navigate({ to: '/runs/$runId', params: { runId: run.runId } });
      },
    }),
  );
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: setStoreInCache }));
  const failed = [start, resume].find(({ error }) => error !== null);
  return {
    /** The store whose run is being started. */
    starting: start.isPending ? start.variables.storeId : null,
    error: failed?.error
      ? { ...readApiError(failed.error), storeId: failed.variables?.storeId }
      : null,
    start: (store: Store) => start.mutate({ storeId: store.id }),
    act(store: Store, action: StoreAction) {
      if (action === 'resume') resume.mutate({ storeId: store.id });
      else
        void navigate({
          to: '/stores',
          search: (before) => ({ ...before, dialog: action, store: store.id }),
        });
    },
  };
}
