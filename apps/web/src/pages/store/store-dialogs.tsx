import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import {
  ConnectionDialog,
  EditStoreDialog,
  PauseStoreDialog,
  RemoveStoreDialog,
} from './store-dialog-forms.tsx';
import { storesQuery } from '../../api/queries.ts';
import { queryClient, trpc, type Store } from '../../api/trpc.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { SchedulesDialog } from './schedules-dialog.tsx';
import { WebhooksDialog } from './webhooks-dialog.tsx';

/** The dialog that the address names. */
export function StoreDialogs({ stores }: { stores: readonly Store[] }) {
  const { dialog, store: storeId } = useSearch({ from: '/shell/stores' });
  const navigate = useNavigate();
  const close = () =>
    void navigate({
      to: '/stores',
      search: (before) => ({ ...before, dialog: undefined, store: undefined }),
    });
  const store = stores.find(({ id }) => id === storeId);
  if (!store) return null;
  if (dialog === 'connection') return <Connection store={store} onClose={close} />;
  if (dialog === 'schedules') return <SchedulesDialog store={store} onClose={close} />;
  if (dialog === 'webhooks') return <WebhooksDialog store={store} onClose={close} />;
  if (dialog === 'edit') return <Edit store={store} onClose={close} />;
  if (dialog === 'pause') return <Pause store={store} onClose={close} />;
  if (dialog === 'remove') return <Remove store={store} onClose={close} />;
  return null;
}

interface OneStoreProps {
  store: Store;
  onClose: () => void;
}

function Connection({ store, onClose }: OneStoreProps) {
  const diagnose = useMutation(
    trpc.store.diagnose.mutationOptions({
      onSuccess: (diagnosis) => setStoreInCache({ ...store, diagnosis }),
    }),
  );
  return (
    <ConnectionDialog
      store={store}
      error={diagnose.error && readApiError(diagnose.error)}
      isBusy={diagnose.isPending}
      onClose={onClose}
      onSubmit={() => diagnose.mutate({ storeId: store.id })}
    />
  );
}

function Edit({ store, onClose }: OneStoreProps) {
  const update = useMutation(
    trpc.store.update.mutationOptions({
      onSuccess(changed) {
        setStoreInCache(changed);
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
        setStoreInCache(changed);
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
