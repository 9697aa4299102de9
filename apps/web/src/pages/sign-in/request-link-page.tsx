import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { requestNewPassword, requestSignInLink } from '../../api/auth-client.ts';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { HELP_TOPICS } from '../../ui/help-topics.ts';
import { textOf } from '../../ui/text-of.ts';
import { AccountForm, AccountFrame, AccountPanel } from './account-frame.tsx';

const REQUESTS = { link: requestSignInLink, password: requestNewPassword };

/** For people who have no password or forgot it. */
export function RequestLinkPage() {
  const { data: options, error } = useQuery(trpc.account.signInOptions.queryOptions());
  // The frame is in the middle of the window: growing, it would move.
  if (!options && !error) return null;
  return (
    <AccountFrame title="Get back in">
      {error && <ErrorNote error={readApiError(error)} />}
      {options && (options.mail ? <RequestLink /> : <NoMail />)}
      <p className="mt-4 text-center">
        <Link to="/sign-in" className="text-accent underline">
          Back to sign in
        </Link>
      </p>
    </AccountFrame>
  );
}

function RequestLink() {
  const request = useMutation({
    mutationFn: ({ email, what }: { email: string; what: keyof typeof REQUESTS }) =>
      REQUESTS[what](email),
  });
  if (request.isSuccess)
    return (
      <AccountPanel>
        <p role="status">
          If {request.variables.email} has an account, an email with a link is on its way. Check
          your spam folder too. An address can receive five emails an hour.
        </p>
      </AccountPanel>
    );
  return (
    <AccountForm
      problem={request.error?.message}
      onSubmit={(form) =>
        request.mutate({
          email: textOf(form, 'email'),
          what: textOf(form, 'what') === 'password' ? 'password' : 'link',
        })
      }
    >
      <TextField label="Email" name="email" type="email" autoComplete="username" required />
      <ChoiceField
        label="Send me"
        name="what"
        chosen="link"
        choices={[
          { value: 'link', label: 'A link that signs me in' },
          { value: 'password', label: 'A link to choose a new password' },
        ]}
      />
      <Button type="submit" kind="primary" isBusy={request.isPending}>
        Send
      </Button>
    </AccountForm>
  );
}

function NoMail() {
  return (
    <AccountPanel>
      <p>This installation cannot send email, so it cannot send you a link.</p>
      <p>
        Ask the operator of Mantis Sync for a sign-in link. The{' '}
        <a href={`/help/${HELP_TOPICS.lostAccess}`} className="text-accent underline">
          operations guide
        </a>{' '}
        explains how, under “Someone cannot sign in”.
      </p>
    </AccountPanel>
  );
}
