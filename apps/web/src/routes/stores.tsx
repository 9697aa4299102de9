import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { readApiError } from '../api-error.ts';
import { Button } from '../components/button.tsx';
import { NeedsList } from '../components/needs-list.tsx';
import { EmptyState, ErrorNote } from '../components/notes.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { StoreCard, type StoreAction } from '../components/store-card.tsx';
import { needsOf } from '../needs.ts';
import { liveCache } from '../live/use-live.ts';
import { storesQuery } from '../queries.ts';
import { trpc, type Store } from '../trpc.ts';
import { keepStore } from './keep-store.ts';

const StoreDialogs = lazy(async () => ({
  default: (await import('./store-dialogs.tsx')).StoreDialogs,
}));

export function StoresPage() {
  const { data: stores, error } = useQuery(storesQuery());
  const { dialog } = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate();
  const connect = () => void navigate({ to: '/stores', search: { dialog: 'connect' } });
  return (
    <>
      <PageHeader title="Stores">
        {stores && stores.length > 0 && (
          <Button kind="primary" icon="plus" onClick={connect}>
            Connect store
          </Button>
        )}
      </PageHeader>
      {stores && <Needs stores={stores} />}
      {!stores && error && <ErrorNote error={readApiError(error)} />}
      {!stores && !error && <Cards />}
      {stores?.length === 0 && (
        <EmptyState
          icon="store"
          title="Connect your first store"
          action={
            <Button kind="primary" icon="plus" onClick={connect}>
              Connect store
            </Button>
          }
        >
          Mantis Sync copies the customers of a WooCommerce store and keeps the copy right. It needs
          the shop’s address and a key that may read: make one under WooCommerce → Settings →
          Advanced → REST API.
        </EmptyState>
      )}
      {stores && stores.length > 0 && (
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {stores.map((store) => (
            <StoreCardOf key={store.id} store={store} />
          ))}
        </div>
      )}
      <Suspense fallback={null}>{dialog && <StoreDialogs stores={stores ?? []} />}</Suspense>
    </>
  );
}

function Needs({ stores }: { stores: readonly Store[] }) {
  const navigate = useNavigate();
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: keepStore }));
  return (
    <>
      <NeedsList
        needs={needsOf(stores)}
        resuming={resume.isPending ? resume.variables.storeId : null}
        onResume={({ id }) => resume.mutate({ storeId: id })}
        onConnection={({ id }) =>
          void navigate({ to: '/stores', search: { dialog: 'connection', store: id } })
        }
      />
      {resume.error && <ErrorNote error={readApiError(resume.error)} />}
    </>
  );
}

function Cards() {
  return (
    <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3" aria-busy="true" aria-label="Loading">
      <Skeleton className="h-56" />
      <Skeleton className="h-56" />
      <Skeleton className="hidden h-56 xl:block" />
    </div>
  );
}

function StoreCardOf({ store }: { store: Store }) {
  const navigate = useNavigate();
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess({ run }) {
        liveCache.writeRun(run);
        void navigate({ to: '/runs/$queueId', params: { queueId: run.queueId } });
      },
    }),
  );
  const resume = useMutation(trpc.store.resume.mutationOptions({ onSuccess: keepStore }));
  function act(action: StoreAction): void {
    if (action === 'resume') resume.mutate({ storeId: store.id });
    else void navigate({ to: '/stores', search: { dialog: action, store: store.id } });
  }
  const error = start.error ?? resume.error;
  return (
    <StoreCard
      store={store}
      isStarting={start.isPending}
      startError={error && readApiError(error)}
      onStart={() => start.mutate({ storeId: store.id })}
      onAction={act}
    />
  );
}
