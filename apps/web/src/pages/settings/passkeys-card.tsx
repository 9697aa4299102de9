import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  addPasskey,
  listPasskeys,
  type Passkey,
  passkeyObstacle,
  removePasskey,
  renamePasskey,
} from '../../api/passkeys.ts';
import { queryClient } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog, FormDialog } from './dialogs.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';

type Open = { dialog: 'add' } | { dialog: 'rename' | 'remove'; passkey: Passkey };

export const passkeysQuery = queryOptions({ queryKey: ['passkeys'], queryFn: listPasskeys });
const problemOf = (error: Error | null) =>
  error && { message: error.message, advice: '', issues: [] };

/** The passkeys of the person, who signs in with one in place of a password. */
export function PasskeysCard() {
  const { data: passkeys, error } = useQuery(passkeysQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const obstacle = passkeyObstacle();
  return (
    <Card
      title="Passkeys"
      help="accounts"
      aside={
        obstacle === null && (
          <Button icon="plus" onClick={() => setOpen({ dialog: 'add' })}>
            Add passkey
          </Button>
        )
      }
    >
      {error && (
        <div className="p-4">
          <ErrorNote error={{ message: error.message, advice: '', issues: [] }} />
        </div>
      )}
      {(obstacle !== null || passkeys?.length === 0) && (
        <p className="px-4 py-4 text-muted sm:px-5">
          {obstacle ??
            'No passkeys yet. A passkey lets you sign in with your fingerprint, face or device PIN.'}
        </p>
      )}
      <Rows label="Passkeys">
        {passkeys?.map((passkey) => (
          <Row key={passkey.id} title={nameOf(passkey)} detail={<Added at={passkey.createdAt} />}>
            <Button
              aria-label={`Rename ${nameOf(passkey)}`}
              onClick={() => setOpen({ dialog: 'rename', passkey })}
            >
              Rename
            </Button>
            <Button
              aria-label={`Remove ${nameOf(passkey)}`}
              onClick={() => setOpen({ dialog: 'remove', passkey })}
            >
              Remove
            </Button>
          </Row>
        ))}
      </Rows>
      {open?.dialog === 'add' && (
        <NameDialog
          title="Add a passkey"
          submitLabel="Add passkey"
          name=""
          act={addPasskey}
          onClose={close}
        />
      )}
      {open?.dialog === 'rename' && (
        <NameDialog
          title={`Rename ${nameOf(open.passkey)}`}
          submitLabel="Rename"
          name={open.passkey.name ?? ''}
          act={(name) => renamePasskey(open.passkey.id, name)}
          onClose={close}
        />
      )}
      {open?.dialog === 'remove' && <RemoveDialog passkey={open.passkey} onClose={close} />}
    </Card>
  );
}

function Added({ at }: { at: string }) {
  return (
    <>
      Added <Time at={at} />
    </>
  );
}

const nameOf = ({ name }: Passkey) => name ?? 'Passkey';

function useChange<T>(act: (input: T) => Promise<unknown>, onClose: () => void) {
  return useMutation({
    mutationFn: act,
    async onSuccess() {
      await queryClient.invalidateQueries(passkeysQuery);
      onClose();
    },
  });
}

function NameDialog(props: {
  title: string;
  submitLabel: string;
  name: string;
  act: (name: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const change = useChange(props.act, props.onClose);
  return (
    <FormDialog
      title={props.title}
      submitLabel={props.submitLabel}
      error={problemOf(change.error)}
      isBusy={change.isPending}
      onClose={props.onClose}
      onSubmit={(form) => change.mutate(textOf(form, 'name'))}
    >
      <TextField
        label="Name"
        name="name"
        required
        maxLength={200}
        defaultValue={props.name}
        hint="The device or password manager that keeps it."
      />
    </FormDialog>
  );
}

function RemoveDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const remove = useChange(removePasskey, onClose);
  return (
    <ConfirmDialog
      title={`Remove ${nameOf(passkey)}?`}
      plan={[
        'It can no longer be used to sign in.',
        'Delete it from your device or password manager too.',
      ]}
      kind="danger"
      submitLabel="Remove"
      error={problemOf(remove.error)}
      isBusy={remove.isPending}
      onClose={onClose}
      onSubmit={() => remove.mutate(passkey.id)}
    />
  );
}
