import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { changePassword } from '../../api/auth-client.ts';
import { queryClient, trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { FormDialog } from './dialogs.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { NewPasswordField, passwordOf, PasswordOwner } from '../../ui/password-field.tsx';

/** The user's password. */
export function PasswordCard({ email }: { email: string }) {
  const { data: methods, error } = useQuery(trpc.account.signInMethods.queryOptions());
  const [isOpen, setIsOpen] = useState(false);
  const act = methods?.hasPassword ? 'Change password' : 'Set password';
  return (
    <Card
      title="Password"
      help="accounts"
      aside={methods && <Button onClick={() => setIsOpen(true)}>{act}</Button>}
    >
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {methods && (
        <p className="px-4 py-4 text-muted sm:px-5">
          {methods.hasPassword
            ? 'You sign in with your password. A new one signs you out everywhere else.'
            : 'You have no password. Set one, or add a passkey, before you sign out.'}
        </p>
      )}
      {isOpen && (
        <PasswordDialog
          title={act}
          email={email}
          hasPassword={methods?.hasPassword ?? false}
          onClose={() => setIsOpen(false)}
        />
      )}
    </Card>
  );
}

function PasswordDialog(props: {
  title: string;
  email: string;
  hasPassword: boolean;
  onClose: () => void;
}) {
  const set = useMutation(trpc.account.setPassword.mutationOptions());
  const save = useMutation({
    async mutationFn(form: FormData) {
      const newPassword = passwordOf(form, 'newPassword');
      if (props.hasPassword) await changePassword(passwordOf(form, 'currentPassword'), newPassword);
      else await set.mutateAsync({ newPassword });
    },
    async onSuccess() {
      await queryClient.invalidateQueries(trpc.account.pathFilter());
      props.onClose();
    },
  });
  const problem = save.error && {
    ...(set.error
      ? readApiError(set.error)
      : { message: save.error.message, advice: '', issues: [] }),
  };
  return (
    <FormDialog
      title={props.title}
      submitLabel="Save password"
      error={problem}
      isBusy={save.isPending}
      onClose={props.onClose}
      onSubmit={(form) => save.mutate(form)}
    >
      <PasswordOwner email={props.email} />
      {props.hasPassword && (
        <TextField
          label="Current password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <NewPasswordField />
    </FormDialog>
  );
}
