import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ApiError, readApiError } from '../../api/api-error.ts';
import { signedInAs, signIn, signOut } from '../../api/auth-client.ts';
import { queryClient, trpc } from '../../api/trpc.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { NewPasswordField, passwordOf, PasswordOwner } from '../../ui/password-field.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';
import { AccountForm, AccountFrame, AccountPanel } from '../sign-in/account-frame.tsx';

/** Reloads the page, since everything shown afterwards belongs to the new organisation. */
const enter = () => location.assign('/');

/** The page of an invitation's link, for new and existing users. */
export function InvitationPage() {
  const { token } = useParams({ from: '/invitations/$token' });
  const invitation = useQuery(trpc.invitation.find.queryOptions({ token }));
  const session = useQuery({ queryKey: ['signed-in-as'], queryFn: signedInAs, staleTime: 0 });
  const { data } = invitation;
  const problem = invitation.error ?? session.error;
  if (problem)
    return (
      <AccountFrame title="Invitation">
        <ErrorNote error={explain(readApiError(problem))} />
      </AccountFrame>
    );
  if (!data || session.data === undefined) return null;
  const { organisation, role, email, expiresAt, hasAccount } = data;
  return (
    <AccountFrame title={`Join ${organisation}`}>
      <p className="mb-4 text-center text-muted">
        {email} is invited as {role}. The invitation expires <Time at={expiresAt} />.
      </p>
      {session.data !== null && session.data !== email ? (
        <OtherPerson signedIn={session.data} />
      ) : session.data === email ? (
        <Accept token={token} />
      ) : hasAccount ? (
        <AccountPanel>
          <p>This address has an account. Sign in with it to accept.</p>
          <Link
            to="/sign-in"
            search={{ redirect: `/invitations/${token}` }}
            className={buttonLook('primary')}
          >
            Sign in to accept
          </Link>
        </AccountPanel>
      ) : (
        <Join token={token} email={email} />
      )}
      <Decline token={token} />
    </AccountFrame>
  );
}

/** The address was cut or mistyped, which the API describes as an invalid input. */
function explain(error: ApiError): ApiError {
  if (error.code !== 'invalid_input') return error;
  return {
    ...error,
    message: 'This invitation link is incomplete',
    advice: 'Copy the whole link from the message, or ask for a new invitation.',
    issues: [],
  };
}

function OtherPerson({ signedIn }: { signedIn: string }) {
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess() {
      queryClient.clear();
      location.reload();
    },
  });
  return (
    <AccountPanel>
      <p>You are signed in as {signedIn}. The invitation is for another address.</p>
      {leave.error && (
        <ErrorNote
          error={{ message: 'You are still signed in', advice: leave.error.message, issues: [] }}
        />
      )}
      <Button kind="primary" isBusy={leave.isPending} onClick={() => leave.mutate()}>
        Sign out
      </Button>
    </AccountPanel>
  );
}

function Accept({ token }: { token: string }) {
  const accept = useMutation(trpc.invitation.accept.mutationOptions({ onSuccess: enter }));
  return (
    <AccountPanel>
      {accept.error && <ErrorNote error={readApiError(accept.error)} />}
      <Button kind="primary" isBusy={accept.isPending} onClick={() => accept.mutate({ token })}>
        Accept invitation
      </Button>
    </AccountPanel>
  );
}

function Join({ token, email: invited }: { token: string; email: string }) {
  const join = useMutation(trpc.invitation.join.mutationOptions());
  const begin = useMutation({
    async mutationFn({ name, password }: { name: string; password: string }) {
      const { email } = await join.mutateAsync({ token, name, password });
      await signIn(email, password);
    },
    onSuccess: enter,
  });
  const refusal = join.error && readApiError(join.error);
  return (
    <AccountForm
      problem={refusal ? `${refusal.message} ${refusal.advice}` : begin.error?.message}
      onSubmit={(form) =>
        begin.mutate({ name: textOf(form, 'name'), password: passwordOf(form, 'newPassword') })
      }
    >
      <TextField label="Your name" name="name" autoComplete="name" maxLength={200} required />
      <PasswordOwner email={invited} />
      <NewPasswordField label="Password" />
      <Button type="submit" kind="primary" isBusy={begin.isPending}>
        Create account and join
      </Button>
    </AccountForm>
  );
}

function Decline({ token }: { token: string }) {
  const decline = useMutation(trpc.invitation.decline.mutationOptions());
  if (decline.isSuccess)
    return (
      <p role="status" className="mt-4 text-center">
        The invitation is declined. You can close this page.
      </p>
    );
  return (
    <p className="mt-4 text-center">
      <Button kind="quiet" isBusy={decline.isPending} onClick={() => decline.mutate({ token })}>
        Decline
      </Button>
    </p>
  );
}
