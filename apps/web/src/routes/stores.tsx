import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { readApiError } from '../api-error.ts';
import { Button } from '../components/button.tsx';
import { EmptyState, ErrorNote } from '../components/notes.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { StoreCard, type StoreAction } from '../components/store-card.tsx';
import {
  ConnectStoreDialog,
  EditStoreDialog,
  PauseStoreDialog,
  RemoveStoreDialog,
} from '../components/store-dialogs.tsx';
import { liveCache } from '../live/use-live.ts';
import { storesQuery } from '../queries.ts';
import { queryClient, trpc, type Store } from '../trpc.ts';

export function StoresPage() {
  const { data: stores, error } = useQuery(storesQuery());
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
          Mantis Sync copies the customers of a WooCommerce store and keeps the copy right. It needs the
          shop’s address and a key that may read: make one under WooCommerce → Settings → Advanced →
          REST API.
        </EmptyState>
      )}
      {stores && stores.length > 0 && (
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
          {stores.map((store) => (
            <StoreCardOf key={store.id} store={store} />
          ))}
        </div>
      )}
      <StoreDialogs stores={stores ?? []} />
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

/** The dialog that the address names. */
function StoreDialogs({ stores }: { stores: readonly Store[] }) {
  const { dialog, store: storeId } = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate();
  const close = () => void navigate({ to: '/stores', search: {} });
  const store = stores.find(({ id }) => id === storeId);
  if (dialog === 'connect') return <Connect onClose={close} />;
  if (!store) return null;
  if (dialog === 'edit') return <Edit store={store} onClose={close} />;
  if (dialog === 'pause') return <Pause store={store} onClose={close} />;
  if (dialog === 'remove') return <Remove store={store} onClose={close} />;
  return null;
}

function Connect({ onClose }: { onClose(): void }) {
  const connect = useMutation(
    trpc.store.connect.mutationOptions({
      onSuccess(store) {
        keepStore(store);
        onClose();
      },
    }),
  );
  return (
    <ConnectStoreDialog
      error={connect.error && readApiError(connect.error)}
      isBusy={connect.isPending}
      onClose={onClose}
      onSubmit={connect.mutate}
    />
  );
}

interface OneStoreProps {
  store: Store;
  onClose(): void;
}

function Edit({ store, onClose }: OneStoreProps) {
  const update = useMutation(
    trpc.store.update.mutationOptions({
      onSuccess(changed) {
        keepStore(changed);
        onClose();
      },
    }),
  );
  return (
    <EditStoreDialog
      store={store}
      error={update.error && readApiError(update.error)}
      isBusy={update.isPending}
      onClose={onClose}
      onSubmit={(values) => update.mutate({ storeId: store.id, ...values })}
    />
  );
}

function Pause({ store, onClose }: OneStoreProps) {
  const pause = useMutation(
    trpc.store.pause.mutationOptions({
      onSuccess(changed) {
        keepStore(changed);
        onClose();
      },
    }),
  );
  return (
    <PauseStoreDialog
      store={store}
      error={pause.error && readApiError(pause.error)}
      isBusy={pause.isPending}
      onClose={onClose}
      onSubmit={({ reason }) => pause.mutate({ storeId: store.id, reason })}
    />
  );
}

function Remove({ store, onClose }: OneStoreProps) {
  const remove = useMutation(
    trpc.store.remove.mutationOptions({
      onSuccess() {
        queryClient.setQueryData(storesQuery().queryKey, (stores) =>
          stores?.filter(({ id }) => id !== store.id),
        );
        queryClient.removeQueries(trpc.sync.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <RemoveStoreDialog
      store={store}
      error={remove.error && readApiError(remove.error)}
      isBusy={remove.isPending}
      onClose={onClose}
      onSubmit={() => remove.mutate({ storeId: store.id })}
    />
  );
}

/** Shows a store as the API has just answered it, then asks for all, as others may have changed. */
function keepStore(store: Store): void {
  queryClient.setQueryData(storesQuery().queryKey, (stores) =>
    stores?.some(({ id }) => id === store.id)
      ? stores.map((known) => (known.id === store.id ? store : known))
      : [...(stores ?? []), store],
  );
  void queryClient.invalidateQueries(trpc.store.pathFilter());
}
