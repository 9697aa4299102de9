import { createAuthClient } from 'better-auth/client';

const auth = createAuthClient();

/** Null where it went well, else what to tell the person. */
export async function signIn(email: string, password: string): Promise<string | null> {
  const { error } = await auth.signIn.email({ email, password });
  if (!error) return null;
  if (error.status === 401) return 'E-mail address or password are not right.';
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.';
  return error.message ?? 'Mantis Sync does not answer. Try again in a moment.';
}

/** Asks without being refused: a browser writes every refusal into its console. */
export async function hasSession(): Promise<boolean> {
  const { data, error } = await auth.getSession();
  if (error) throw new Error('Mantis Sync does not answer');
  return data !== null;
}

export async function signOut(): Promise<void> {
  await auth.signOut();
}
