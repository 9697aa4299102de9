import { client } from './trpc.ts';

const UNREACHABLE = 'Mantis Sync is not reachable. Check your connection and try again.';
const FAILED = 'Mantis Sync could not do this. Try again in a minute.';

/** Messages by status; for others the API's message is shown. */
type Words = Partial<Record<number, string>>;

/**
 * Calls an endpoint of better-auth. Its own client would be a tenth of a page's code.
 *
 * @param body without one it is a GET
 * @throws Error with a message for the person
 */
export async function askAuth<T>(path: string, body?: object, words: Words = {}): Promise<T> {
  const response = await fetch(
    `/api/auth${path}`,
    body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  ).catch(() => null);
  if (response?.ok) return response.json();
  const refusal: { code?: string; message?: string } = await response?.json().catch(() => ({}));
  const { code, message } = refusal ?? {};
  if (response?.status === 429 && code !== 'TOO_MANY_ATTEMPTS')
    throw new Error('Too many attempts. Wait a minute, then try again.');
  throw new Error(words[response?.status ?? 0] ?? message ?? (response ? FAILED : UNREACHABLE));
}

export const signIn = (email: string, password: string): Promise<unknown> =>
  askAuth('/sign-in/email', { email, password }, { 401: 'Wrong email or password.' });

/** Mails a sign-in link, if the address has an account. */
export const requestSignInLink = (email: string): Promise<unknown> =>
  askAuth('/sign-in/magic-link', { email });

/** Mails a link to choose a new password, if the address has an account. */
export const requestNewPassword = (email: string): Promise<unknown> =>
  askAuth('/request-password-reset', { email });

/** Sets the password with the secret of such a link; ends all sessions. */
export const resetPassword = (token: string, newPassword: string): Promise<unknown> =>
  askAuth(
    '/reset-password',
    { token, newPassword },
    { 400: 'This link was already used or has expired. Request a new one.' },
  );

/** Ends all other sessions. */
export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  askAuth(
    '/change-password',
    { currentPassword, newPassword },
    { 400: 'The current password is wrong.' },
  );

export const signOut = (): Promise<unknown> => askAuth('/sign-out', {});

/** The address of the signed-in person; null if signed out. */
export async function signedInAs(): Promise<string | null> {
  const me = await client.account.session.query();
  return me?.user?.email ?? null;
}
