import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { isOver } from '../../api/run-facts.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/fields.tsx';
import { textOf } from '../../ui/text-of.ts';
import { count } from '../../words/format.ts';

export function PauseDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const pause = useMutation(
    trpc.store.pause.mutationOptions({
      onSuccess(changed) {
        setStoreInCache(changed);
        onClose();
      },
    }),
  );
  const run = store.lastRun && !isOver(store.lastRun) ? store.lastRun : null;
  return (
    <ConfirmDialog
      title={`Pause ${store.name}?`}
      plan={[
        'No requests are sent to this store until it is resumed.',
        run
          ? `Its current run pauses with ${count(run.counts.draft + run.counts.processing, 'customer')} left.`
          : 'No run is in progress.',
      ]}
      submitLabel="Pause"
      error={pause.error && readApiError(pause.error)}
      isBusy={pause.isPending}
      onClose={onClose}
      onSubmit={(form) => pause.mutate({ storeId: store.id, reason: textOf(form, 'reason') })}
    >
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={500}
        hint="Shown to everyone who opens the store."
      />
    </ConfirmDialog>
  );
}
