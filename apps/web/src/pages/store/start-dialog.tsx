import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { liveCache } from '../../api/live/use-live.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { RadioGroup } from '../../ui/fields.tsx';
import { HelpLink } from '../../ui/help-link.tsx';
import { textOf } from '../../ui/text-of.ts';
import { count } from '../../words/format.ts';
import { KINDS, PURPOSES } from '../../words/status.ts';

const kinds = ['full', 'delta', 'reconcile'] as const;

/** Starts a run of a store; describes each kind. */
export function StartDialog(props: {
  store: Pick<Store, 'id' | 'name' | 'customers'>;
  onClose: () => void;
}) {
  const { store, onClose } = props;
  const navigate = useNavigate();
  const start = useMutation(
    trpc.sync.start.mutationOptions({
      onSuccess({ run }) {
        liveCache.writeRun(run);
        onClose();
        void navigate({ to: '/runs/$runId', params: { runId: run.runId } });
      },
    }),
  );
  const isFirst = store.customers === 0;
  return (
    <FormDialog
      title={`Start a run of ${store.name}`}
      intro={
        isFirst
          ? 'No customers of this store are synced yet, so every kind reads all of them.'
          : `${count(store.customers, 'customer')} are synced. Only those that changed are written.`
      }
      submitLabel={start.isPending ? 'Starting…' : 'Start run'}
      error={start.error && readApiError(start.error)}
      isBusy={start.isPending}
      onClose={onClose}
      onSubmit={(form) =>
        start.mutate({ storeId: store.id, kind: textOf(form, 'kind') as (typeof kinds)[number] })
      }
    >
      <RadioGroup
        label="Kind"
        name="kind"
        chosen="full"
        choices={kinds.map((kind) => ({ value: kind, label: KINDS[kind], hint: PURPOSES[kind] }))}
      />
      <p className="flex items-center gap-1 text-sm text-muted">
        Which kind finds which changes
        <HelpLink topic="runKinds" about="Kinds of runs" />
      </p>
    </FormDialog>
  );
}
