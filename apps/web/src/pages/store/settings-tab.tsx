import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { trpc, type Store } from '../../api/trpc.ts';
import type { Access } from '../../api/use-access.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { CheckField, ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { textOf } from '../../ui/text-of.ts';
import { formatExact } from '../../words/format.ts';
import { paceLabels, roleLabels } from '../../words/settings.ts';
import { KeyFields } from '../connect/key-fields.tsx';
import { roleOf, UsersField } from '../connect/users-field.tsx';
import { WebLoginFields, webLoginOf } from '../connect/web-login-fields.tsx';

/** Settings of a connected store. */
export function SettingsTab({ store, access }: { store: Store; access: Access }) {
  if (!access.canAdmin) return <ReadOnly store={store} />;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <General store={store} />
      <Keys store={store} />
      <WebLogin store={store} />
      <Remove store={store} />
    </div>
  );
}

function useUpdate() {
  return useMutation(trpc.store.update.mutationOptions({ onSuccess: setStoreInCache }));
}

function General({ store }: { store: Store }) {
  const update = useUpdate();
  const { roleFilter, pace, guests } = store.settings;
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    update.mutate({
      storeId: store.id,
      name: textOf(form, 'name'),
      settings: {
        roleFilter: roleOf(form),
        pace: textOf(form, 'pace') as typeof pace,
        guests: form.has('guests') ? 'on' : 'off',
      },
    });
  }
  return (
    <Card title="General" help="runSettings">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-5">
        <TextField label="Name" name="name" required maxLength={200} defaultValue={store.name} />
        <UsersField
          role={roleFilter}
          hint="Which WordPress users are synced. The next full sync applies it."
        />
        <ChoiceField
          label="Pace"
          name="pace"
          chosen={pace}
          choices={Object.entries(paceLabels).map(([value, label]) => ({ value, label }))}
          hint="Automatic slows down when the store does."
        />
        <CheckField
          label="Include guests"
          name="guests"
          isChecked={guests === 'on'}
          hint="People who ordered without an account, taken from their orders."
        />
        <Footer update={update} label="Save" />
      </form>
    </Card>
  );
}

function Keys({ store }: { store: Store }) {
  const update = useUpdate();
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    update.mutate(
      {
        storeId: store.id,
        consumerKey: textOf(form, 'consumerKey'),
        consumerSecret: textOf(form, 'consumerSecret'),
      },
      { onSuccess: () => element.reset() },
    );
  }
  return (
    <Card title="API keys of the store" help="storeKeys">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-5">
        <p className="text-muted">
          The key in use ends in <code className="font-mono">{store.keyHint}</code>. New keys are
          tried on the store before they replace it
          {store.state === 'paused' ? ', and resume the store' : ''}.
        </p>
        <KeyFields isRequired />
        <Footer update={update} label="Replace keys" />
      </form>
    </Card>
  );
}

/** Staging sites often require a login of the web server before WordPress. */
function WebLogin({ store }: { store: Store }) {
  const update = useUpdate();
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const element = event.currentTarget;
    const webLogin = webLoginOf(new FormData(element));
    update.mutate({ storeId: store.id, webLogin }, { onSuccess: () => element.reset() });
  }
  return (
    <Card title="Web server login" help="requirements">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-5">
        <p className="text-muted">
          {store.hasWebLogin
            ? 'A login is saved. It is encrypted and never shown; a new one replaces it.'
            : 'Only for stores behind an HTTP password, such as staging sites. It is stored encrypted and never shown again.'}
        </p>
        <WebLoginFields />
        <Footer update={update} label="Save login">
          {store.hasWebLogin && (
            <Button
              kind="quiet"
              isBusy={update.isPending}
              onClick={() => update.mutate({ storeId: store.id, webLogin: null })}
            >
              Remove login
            </Button>
          )}
        </Footer>
      </form>
    </Card>
  );
}

function Footer(props: {
  update: ReturnType<typeof useUpdate>;
  label: string;
  children?: ReactNode;
}) {
  const { update, label } = props;
  return (
    <>
      {update.error && <ErrorNote error={readApiError(update.error)} />}
      <div className="flex items-center gap-3">
        <Button type="submit" isBusy={update.isPending}>
          {update.isPending ? 'Saving…' : label}
        </Button>
        {props.children}
        {update.isSuccess && (
          <span role="status" className="text-muted">
            Saved
          </span>
        )}
      </div>
    </>
  );
}

function Remove({ store }: { store: Store }) {
  const navigate = useNavigate();
  const open = () =>
    void navigate({
      to: '/stores/$storeId',
      params: { storeId: store.id },
      search: (known) => ({ ...known, dialog: 'remove' }),
      resetScroll: false,
    });
  return (
    <Card title="Remove store">
      <div className="flex flex-wrap items-center justify-between gap-3 p-4 sm:p-5">
        <p className="min-w-0 flex-1 basis-60 text-muted">
          Deletes the store’s customers, runs and activity from Mantis Sync. WooCommerce keeps
          everything.
        </p>
        <Button kind="danger" onClick={open}>
          Remove store…
        </Button>
      </div>
    </Card>
  );
}

function ReadOnly({ store }: { store: Store }) {
  const { roleFilter, pace, guests } = store.settings;
  return (
    <Card title="General" help="runSettings">
      <p className="px-4 pt-4 text-muted sm:px-5">Only owners can change these settings.</p>
      <Facts>
        <Fact label="Users">{roleLabels[roleFilter] ?? `Users with the role ${roleFilter}`}</Fact>
        <Fact label="Pace">{paceLabels[pace]}</Fact>
        <Fact label="Guests">{guests === 'on' ? 'Included' : 'Not included'}</Fact>
        <Fact label="WooCommerce">{store.wooVersion}</Fact>
        <Fact label="Connected">{formatExact(store.createdAt)}</Fact>
      </Facts>
    </Card>
  );
}
