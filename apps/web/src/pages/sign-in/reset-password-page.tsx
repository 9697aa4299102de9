import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { resetPassword } from '../../api/auth-client.ts';
import { queryClient } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { NewPasswordField, passwordOf, PasswordOwner } from '../../ui/password-field.tsx';
import { AccountForm, AccountFrame } from './account-frame.tsx';

/** The page of a mailed link to choose a password. */
export function ResetPasswordPage() {
  const { token = '' } = useSearch({ from: '/reset-password' });
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: (newPassword: string) => resetPassword(token, newPassword),
    async onSuccess() {
      queryClient.clear();
      await navigate({ to: '/sign-in', search: { notice: 'password-set' } });
    },
  });
  return (
    <AccountFrame title="Choose a password">
      <AccountForm
        problem={reset.error?.message}
        onSubmit={(form) => reset.mutate(passwordOf(form, 'newPassword'))}
      >
        <PasswordOwner email="" />
        <NewPasswordField />
        <Button type="submit" kind="primary" isBusy={reset.isPending}>
          Set password
        </Button>
        <p className="text-sm text-muted">You are signed out everywhere else.</p>
      </AccountForm>
    </AccountFrame>
  );
}
