import type { ApiError } from '../../api/api-error.ts';
import { planRemove } from '../run/action-plans.ts';
import { count } from '../../words/format.ts';
import { isOver } from '../../api/run-facts.ts';
import type { Store } from '../../api/trpc.ts';
import { ConfirmDialog, FormDialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/fields.tsx';
import { Findings } from '../connect/findings.tsx';
import { KeyFields } from '../connect/key-fields.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';

interface StoreDialogProps<Values> {
  error: ApiError | null;
  isBusy: boolean;
  onClose: () => void;
  onSubmit: (values: Values) => void;
}

export interface EditValues {
  name: string;
  consumerKey?: string;
  consumerSecret?: string;
}

export function EditStoreDialog(props: StoreDialogProps<EditValues> & { store: Store }) {
  const { store, onSubmit, ...rest } = props;
  return (
    <FormDialog
      {...rest}
      title={`Edit ${store.name}`}
      submitLabel={rest.isBusy ? 'Saving…' : 'Save'}
      onSubmit={(form) => {
        const consumerKey = textOf(form, 'consumerKey');
        const consumerSecret = textOf(form, 'consumerSecret');
        const hasKeys = consumerKey !== '' || consumerSecret !== '';
        onSubmit({ name: textOf(form, 'name'), ...(hasKeys && { consumerKey, consumerSecret }) });
      }}
    >
      <TextField label="Name" name="name" required maxLength={200} defaultValue={store.name} />
      <p className="text-muted">
        The key in use ends in <code className="font-mono">{store.keyHint}</code>. Leave both fields
        empty to keep it; new keys are tried on the store first
        {store.pause ? ' and end its pause' : ''}.
      </p>
      <KeyFields isRequired={false} />
    </FormDialog>
  );
}

/** What was found out about the way to a store, and the button that looks again. */
export function ConnectionDialog(props: StoreDialogProps<void> & { store: Store }) {
  const { store, onSubmit, ...rest } = props;
  return (
    <FormDialog
      {...rest}
      title={`Connection to ${store.name}`}
      submitLabel={rest.isBusy ? 'Asking the store…' : 'Examine again'}
      closeLabel="Close"
      onSubmit={() => onSubmit()}
    >
      {store.diagnosis ? (
        <>
          <p className="-mt-3 text-sm text-muted">
            Examined <Time at={store.diagnosis.at} />
          </p>
          <Findings findings={store.diagnosis.findings} />
        </>
      ) : (
        <p className="text-muted">
          Nobody has looked at this connection yet. Ten requests at most are made, and nothing in
          the store is changed.
        </p>
      )}
    </FormDialog>
  );
}

export function PauseStoreDialog(props: StoreDialogProps<{ reason: string }> & { store: Store }) {
  const { store, onSubmit, ...rest } = props;
  const run = store.lastRun && !isOver(store.lastRun) ? store.lastRun : null;
  return (
    <ConfirmDialog
      {...rest}
      title={`Pause ${store.name}?`}
      plan={[
        'Nothing is asked of this store until it is resumed.',
        run
          ? `Its run under way stands still, with ${count(run.counts.draft + run.counts.processing, 'customer')} to go.`
          : 'No run of it is under way.',
      ]}
      submitLabel="Pause"
      onSubmit={(form) => onSubmit({ reason: textOf(form, 'reason') })}
    >
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={500}
        hint="Shown to everybody who looks at the store."
      />
    </ConfirmDialog>
  );
}

export function RemoveStoreDialog(props: StoreDialogProps<void> & { store: Store }) {
  const { store, onSubmit, ...rest } = props;
  return (
    <ConfirmDialog
      {...rest}
      title={`Remove ${store.name}?`}
      plan={planRemove(store)}
      kind="danger"
      submitLabel="Remove store"
      onSubmit={() => onSubmit()}
    />
  );
}
