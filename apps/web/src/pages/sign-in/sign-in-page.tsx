import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { signIn } from '../../api/auth-client.ts';
import { queryClient } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { passwordOf } from '../../ui/password-field.tsx';
import { textOf } from '../../ui/text-of.ts';
import { AccountForm, AccountFrame } from './account-frame.tsx';

export function SignInPage() {
  const search = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) =>
      signIn(email, password),
    onSuccess: enter,
  });
  const passkey = useMutation({
    mutationFn: async () => (await import('../../api/passkeys.ts')).signInWithPasskey(),
    onSuccess: enter,
  });
  function enter(): void {
    queryClient.clear();
    router.history.push(search.redirect ?? '/stores');
  }
  return (
    <AccountFrame title="Sign in to Mantis Sync">
      {search.notice === 'password-set' && (
        <p role="status" className="mb-4 rounded-md bg-accent-soft px-3 py-2.5">
          Your password is set. Sign in with it.
        </p>
      )}
      <AccountForm
        problem={
          attempt.error?.message ??
          passkey.error?.message ??
          (search.error && linkProblem(search.error))
        }
        onSubmit={(form) =>
          attempt.mutate({ email: textOf(form, 'email'), password: passwordOf(form, 'password') })
        }
      >
        <TextField label="Email" name="email" type="email" autoComplete="username" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" kind="primary" isBusy={attempt.isPending} className="mt-1">
          {attempt.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </AccountForm>
      {hasPasskeys() && (
        <Button
          className="mt-3 w-full"
          isBusy={passkey.isPending}
          onClick={() => {
            attempt.reset();
            passkey.mutate();
          }}
        >
          Sign in with a passkey
        </Button>
      )}
      <p className="mt-4 text-center">
        <Link to="/sign-in/link" className="text-accent underline">
          Forgot your password, or have none?
        </Link>
      </p>
      <p className="mt-4 text-center text-sm text-muted">
        In the demo, open the sign-in link printed in the terminal. It needs no password.
      </p>
    </AccountFrame>
  );
}

/** Passkeys belong to a host name, never to an address of numbers. */
function hasPasskeys(): boolean {
  return 'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(location.hostname);
}

function linkProblem(code: string): string {
  return code === 'EXPIRED_TOKEN' || code === 'INVALID_TOKEN'
    ? 'This sign-in link was already used or has expired. Request a new one, or sign in with your password.'
    : 'This sign-in link did not work. Request a new one, or sign in with your password.';
}
