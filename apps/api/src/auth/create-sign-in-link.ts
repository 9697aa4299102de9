import type { Auth } from './create-auth.ts';

/**
 * A link that signs this user in and leads to the dashboard. Valid for 24 hours and, as the library
 * has it, once; opened again, it leads to the dashboard of whoever is signed in there.
 */
export async function createSignInLink(auth: Auth, email: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  await auth.api.signInMagicLink({
    body: { email, callbackURL: '/', errorCallbackURL: '/', metadata: { deliver: resolve } },
    headers: new Headers(),
  });
  return promise;
}
