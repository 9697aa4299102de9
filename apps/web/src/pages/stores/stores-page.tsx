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
import { storesView } from './stores-search.ts';
import { ViewsMenu } from '../views/views-menu.tsx';
import { attentionItemsOf } from '../../words/attention.ts';
import { storesQuery } from '../../api/queries.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';

const dialogs = {
  start: lazy(async () => ({ default: (await import('../store/start-dialog.tsx')).StartDialog })),
  pause: lazy(async () => ({ default: (await import('../store/pause-dialog.tsx')).PauseDialog })),
};

/** With more stores a table is shown. */
const mostCards = 8;

export function StoresPage() {
  const { data: stores, error } = useQuery(storesQuery());
  const { canAdmin } = useAccess();
  return (
    <>
      <PageHeader title="Stores" help="stores">
        {canAdmin && stores && stores.length > 0 && <ConnectLink />}
      </PageHeader>
      {stores && <Attention stores={stores} />}
      {!stores && error && <ErrorNote error={readApiError(error)} />}
      {!stores && !error && <Cards />}
      {stores?.length === 0 && (
        <EmptyState
          icon="store"
          title={canAdmin ? 'Connect your first store' : 'No stores yet'}
          action={canAdmin && <ConnectLink />}
        >
          Mantis Sync copies the customers of a WooCommerce store and keeps the copy up to date.{' '}
          {canAdmin
            ? 'You need the address of the store, and approval or an API key from someone who manages it.'
            : 'An owner of the organisation can connect one.'}
        </EmptyState>
      )}
      {stores && stores.length > 0 && <AllStores stores={stores} />}
      <OpenDialog stores={stores ?? []} />
    </>
  );
}

/** The dialog and its store, from the page's address. */
function OpenDialog({ stores }: { stores: readonly Store[] }) {
  const { dialog, store: storeId } = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate({ from: '/stores' });
  const { canOperate } = useAccess();
  const store = stores.find(({ id }) => id === storeId);
  if (!dialog || !store || !canOperate) return null;
  const Dialog = dialogs[dialog];
  const close = () =>
    void navigate({
      to: '/stores',
      search: (known) => ({ ...known, dialog: undefined, store: undefined }),
      resetScroll: false,
    });
  return (
    <Suspense fallback={null}>
      <Dialog store={store} onClose={close} />
    </Suspense>
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

function Attention({ stores }: { stores: readonly Store[] }) {
  const { canOperate } = useAccess();
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: setStoreInCache }));
  return (
    <>
      <AttentionList
        items={attentionItemsOf(stores)}
        more={
          <Link
            to="/stores"
            search={{ health: 'needs' }}
            className="font-medium underline underline-offset-2"
          >
            Show all
          </Link>
        }
        resuming={resume.isPending ? resume.variables.storeId : null}
        onResume={({ id }) => resume.mutate({ storeId: id })}
        canOperate={canOperate}
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

/** Cards for few stores; a table with filters and sorting for many. */
function AllStores({ stores }: { stores: readonly Store[] }) {
  const view = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate({ from: '/stores' });
  const { error, act } = useStoreActions();
  const change = (changes: StoreView) =>
    void navigate({
      to: '/stores',
      search: (before) => ({ ...before, ...changes }),
      // Typing replaces the history entry; choices add one.
      replace: 'find' in changes,
      resetScroll: false,
    });
  if (stores.length <= mostCards) {
    return (
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {chooseStores(stores, {}).map((store) => (
          <StoreCard
            key={store.id}
            store={store}
            error={error?.storeId === store.id ? error : null}
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
      >
        <ViewsMenu
          list="stores"
          schema={storesView}
          search={view}
          all="All stores"
          onChoose={(search) => void navigate({ to: '/stores', search, resetScroll: false })}
          className="h-9"
        />
      </StoreFilters>
      {error && <ErrorNote error={error} />}
      {chosen.length === 0 ? (
        <p className="py-10 text-center text-muted">No stores match.</p>
      ) : (
        <StoreTable stores={chosen} view={view} onSort={change} onAction={act} />
      )}
    </>
  );
}

function useStoreActions() {
  const navigate = useNavigate({ from: '/stores' });
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: setStoreInCache }));
  return {
    error: resume.error
      ? { ...readApiError(resume.error), storeId: resume.variables.storeId }
      : null,
    act(store: Store, action: StoreAction) {
      if (action === 'resume') resume.mutate({ storeId: store.id });
      else
        void navigate({
          to: '/stores',
          search: (before) => ({ ...before, dialog: action, store: store.id }),
          resetScroll: false,
        });
    },
  };
}
