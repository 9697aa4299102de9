import { createAuthClient } from 'better-auth/client';

const auth = createAuthClient();

const UNREACHABLE = 'Mantis Sync is not reachable. Check your connection and try again.';

interface Refusal {
  status: number;
  code?: string | undefined;
  message?: string | undefined;
}

/** Messages by status; for others the API's message is shown. */
type Words = Partial<Record<number, string>>;

async function attempt<T>(
  call: () => Promise<{ data: T; error: null } | { data: null; error: Refusal }>,
  words: Words = {},
): Promise<T> {
  const { data, error } = await call().catch(() => ({
    data: null,
    error: { status: 0 } as Refusal,
  }));
  if (!error) return data;
  if (error.status === 0) throw new Error(UNREACHABLE);
  if (error.status === 429 && error.code !== 'TOO_MANY_ATTEMPTS')
    throw new Error('Too many attempts. Wait a minute, then try again.');
  throw new Error(words[error.status] ?? error.message ?? UNREACHABLE);
}

/** Sends a request to a path that has no function of its own here. */
export const askAuth = <T>(path: string, body?: object, words?: Words): Promise<T> =>
  attempt<T>(() => auth.$fetch<T>(path, body ? { method: 'POST', body } : {}), words);

/** @throws Error with a message for the person, like all of these */
export const signIn = (email: string, password: string): Promise<unknown> =>
  attempt(() => auth.signIn.email({ email, password }), { 401: 'Wrong email or password.' });

/** Mails a sign-in link, if the address has an account. */
export const requestSignInLink = (email: string): Promise<void> =>
  attempt(() => auth.$fetch('/sign-in/magic-link', { method: 'POST', body: { email } }));

/** Mails a link to choose a new password, if the address has an account. */
export const requestNewPassword = (email: string): Promise<void> =>
  attempt(() => auth.$fetch('/request-password-reset', { method: 'POST', body: { email } }));

/** Sets the password with the secret of such a link; ends all sessions. */
export const resetPassword = (token: string, newPassword: string): Promise<unknown> =>
  attempt(() => auth.resetPassword({ token, newPassword }), {
    400: 'This link was already used or has expired. Request a new one.',
  });

/** Ends all other sessions. */
export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  attempt(() => auth.changePassword({ currentPassword, newPassword }), {
    400: 'The current password is wrong.',
  });

/**
 * The address of the signed-in person; null if signed out. Uses a request that succeeds in both cases:
 * browsers print every failed request to the console.
 */
export async function signedInAs(): Promise<string | null> {
  const { data, error } = await auth.getSession();
  if (error) throw new Error(UNREACHABLE);
  return data?.user.email ?? null;
}

export async function signOut(): Promise<void> {
  await auth.signOut();
}
