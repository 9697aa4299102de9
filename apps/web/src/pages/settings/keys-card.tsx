import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopySecret } from '../../ui/copy-secret.tsx';
import { ConfirmDialog, FormDialog, InfoDialog } from './dialogs.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';
import { SCOPES, scopeNames, type Scope } from '../../words/roles.ts';
import { queryClient, trpc, type ApiKey } from '../../api/trpc.ts';

type Open =
  | { dialog: 'create' }
  | { dialog: 'shown'; key: string }
  | { dialog: 'revoke'; key: ApiKey };

const renew = () => queryClient.invalidateQueries(trpc.key.pathFilter());

export function KeysCard() {
  const { data: keys, error } = useQuery(trpc.key.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <Card
      title="API keys"
      help="apiKeys"
      aside={
        <Button icon="plus" onClick={() => setOpen({ dialog: 'create' })}>
          Create key
        </Button>
      }
    >
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {keys?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">
          No API keys yet. A key lets another program start runs and read results, within its scope.
        </p>
      )}
      <Rows label="API keys">
        {keys?.map((key) => (
          <Row key={key.id} title={nameOf(key)} detail={<KeyFacts apiKey={key} />}>
            <Button
              aria-label={`Revoke ${nameOf(key)}`}
              onClick={() => setOpen({ dialog: 'revoke', key })}
            >
              Revoke
            </Button>
          </Row>
        ))}
      </Rows>
      {open?.dialog === 'create' && (
        <CreateKey onClose={close} onKey={(key) => setOpen({ dialog: 'shown', key })} />
      )}
      {open?.dialog === 'shown' && <NewKey apiKey={open.key} onClose={close} />}
      {open?.dialog === 'revoke' && <RevokeKey apiKey={open.key} onClose={close} />}
    </Card>
  );
}

function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const { start, scopes, lastUsedAt, expiresAt } = apiKey;
  return (
    <>
      {start && <span className="font-mono">{start}…</span>} {scopes.join(', ')} ·{' '}
      {lastUsedAt ? (
        <>
          used <Time at={lastUsedAt} />
        </>
      ) : (
        'never used'
      )}{' '}
      ·{' '}
      {expiresAt ? (
        <>
          expires <Time at={expiresAt} />
        </>
      ) : (
        'does not expire'
      )}
    </>
  );
}

function CreateKey(props: { onClose: () => void; onKey: (key: string) => void }) {
  const create = useMutation(
    trpc.key.create.mutationOptions({
      onSuccess({ key }) {
        void renew();
        props.onKey(key);
      },
    }),
  );
  function submit(form: FormData): void {
    const days = textOf(form, 'days');
    create.mutate({
      name: textOf(form, 'name'),
      scopes: [textOf(form, 'scope') as Scope],
      ...(days !== '' && { expiresInDays: Number(days) }),
    });
  }
  return (
    <FormDialog
      title="Create an API key"
      submitLabel="Create key"
      error={create.error && readApiError(create.error)}
      isBusy={create.isPending}
      onClose={props.onClose}
      onSubmit={submit}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={32}
        hint="The program that uses it."
      />
      <ChoiceField
        label="Scope"
        name="scope"
        chosen="operate"
        choices={scopeNames.map((value) => ({ value, label: SCOPES[value] }))}
      />
      <TextField
        label="Expires after (days)"
        name="days"
        type="number"
        min={1}
        max={365}
        hint="Leave empty for a key that does not expire."
      />
    </FormDialog>
  );
}

function NewKey({ apiKey, onClose }: { apiKey: string; onClose: () => void }) {
  return (
    <InfoDialog title="Copy the key now" onClose={onClose}>
      <p className="-mt-2 text-muted">It is shown only once: Mantis Sync stores only its hash.</p>
      <CopySecret value={apiKey} />
    </InfoDialog>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useMutation(
    trpc.key.revoke.mutationOptions({
      async onSuccess() {
        await renew();
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      title={`Revoke ${nameOf(apiKey)}?`}
      plan={['Programs that use it lose access immediately. This cannot be undone.']}
      kind="danger"
      submitLabel="Revoke"
      error={revoke.error && readApiError(revoke.error)}
      isBusy={revoke.isPending}
      onClose={onClose}
      onSubmit={() => revoke.mutate({ keyId: apiKey.id })}
    />
  );
}

const nameOf = ({ name }: ApiKey) => name ?? 'Unnamed key';
