import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { storesQuery } from '../../api/queries.ts';
import { queryClient, trpc, type Store } from '../../api/trpc.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { count } from '../../words/format.ts';

/** Removes a store after its name was typed. */
export function RemoveDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const remove = useMutation(
    trpc.store.remove.mutationOptions({
      onSuccess() {
        void navigate({ to: '/stores' });
        queryClient.setQueryData(storesQuery().queryKey, (stores) =>
          stores?.filter(({ id }) => id !== store.id),
        );
        queryClient.removeQueries(trpc.sync.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      title={`Remove ${store.name}?`}
      plan={[
        `${count(store.customers, 'synced customer')} and all runs and activity of this store are deleted from Mantis Sync.`,
        'Nothing changes in WooCommerce, except that our webhooks are removed.',
        'This cannot be undone.',
      ]}
      kind="danger"
      submitLabel="Remove store"
      isDisabled={typed.trim() !== store.name.trim()}
      error={remove.error && readApiError(remove.error)}
      isBusy={remove.isPending}
      onClose={onClose}
      onSubmit={() => remove.mutate({ storeId: store.id, confirmName: typed })}
    >
      <TextField
        label={`Type “${store.name}” to confirm`}
        name="confirmName"
        autoComplete="off"
        spellCheck={false}
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </ConfirmDialog>
  );
}
